#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace berth::file {

// The conditional fields of a request; a field that came several times is joined by commas.
struct Conditions {
    std::optional<std::string_view> if_match, if_none_match;
    std::optional<std::string_view> if_modified_since, if_unmodified_since;
    std::optional<std::string_view> if_range;
};

// What a condition is about: the file as it is now.
struct Current {
    bool exists = true;
    std::string_view tag;          // strong; RFC 9110 8.8.3
    int64_t modified_seconds = 0;  // as Last-Modified says
    int64_t now_seconds = 0;
};

enum class Verdict : uint8_t { kPerform, kNotModified, kFailed };

// RFC 9110 13.2.2, steps 1 to 4. reads: the method is GET or HEAD.
Verdict judge(const Conditions& conditions, const Current& current, bool reads);

// Step 5: may a Range of this request be honoured?
bool range_applies(const Conditions& conditions, const Current& current);

}  // namespace berth::file
