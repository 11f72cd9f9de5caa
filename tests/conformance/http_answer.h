#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::testing {

// One answer of HTTP/1, as its receiver takes it apart.
struct HttpAnswer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> fields;  // names in lower case
    std::string body;

    // Values of a field, in order.
    std::vector<std::string> all(std::string_view name) const;
    // The value of a field that stands there once; empty otherwise.
    std::string field(std::string_view name) const;
};

// Takes the first answer off the bytes; nothing when none is complete. bodyless: it has no body
// whatever length it announces.
std::optional<HttpAnswer> take_http_answer(std::string& bytes, bool bodyless);

}  // namespace berth::testing
