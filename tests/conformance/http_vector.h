#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace berth::testing {

// One answer that a vector wants.
struct WantedAnswer {
    int status = 0;
    bool optional = false;            // may be missing
    bool bodyless = false;            // no body, whatever length it has
    std::optional<std::string> body;  // all of it
};

// One line of http1.vectors, which says what the columns mean.
struct HttpVector {
    enum class End { kOpen, kClose, kWaits };

    std::string row, name;
    std::vector<WantedAnswer> answers;
    End end = End::kOpen;
    std::string bytes;
};

std::ostream& operator<<(std::ostream& out, const HttpVector& vector);

// All lines of the file; throws at the first that is none.
std::vector<HttpVector> read_http_vectors(const std::string& path);

}  // namespace berth::testing
