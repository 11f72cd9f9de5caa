// What the fuzz targets share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace berth::testing {

// A property that has to hold for every input.
inline void require(bool holds, int line = __builtin_LINE(), const char* file = __builtin_FILE()) {
    if (!holds) {
        std::fprintf(stderr, "%s:%d: the property does not hold\n", file, line);
        std::abort();
    }
}

// An input that is several texts: each but the last ends with 0xFF, so that a corpus is easily
// written by hand.
class FuzzInput {
public:
    FuzzInput(const uint8_t* data, size_t size)
        : rest_(size == 0 ? "" : reinterpret_cast<const char*>(data), size) {}

    bool empty() const { return rest_.empty(); }

    // 0 when there is none left.
    uint8_t byte() {
        const uint8_t first = rest_.empty() ? 0 : static_cast<uint8_t>(rest_.front());
        rest_.remove_prefix(rest_.empty() ? 0 : 1);
        return first;
    }

    std::string part() {
        const size_t end = std::min(rest_.find('\xff'), rest_.size());
        const std::string text(rest_.substr(0, end));
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return text;
    }

    // That many bytes, or what is left.
    std::string take(size_t count) {
        const std::string text(rest_.substr(0, count));
        rest_.remove_prefix(text.size());
        return text;
    }

    std::string rest() const { return std::string(rest_); }

private:
    std::string_view rest_;
};

}  // namespace berth::testing
