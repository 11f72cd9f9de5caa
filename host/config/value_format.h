#pragma once

#include "base/result.h"
#include "config/schema.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// What a format says about a text.
struct FormatProblem {
    bool unit = false;    // the unit is missing or unknown, as opposed to a malformed value
    std::string message;  // "'10' has no unit"
    std::string help;     // "write 10s for seconds"
};

// A text as its format means it: milliseconds, bytes, percent; 0 where the format has no number.
struct FormatValue {
    double number = 0;
    std::optional<FormatProblem> problem;
};

FormatValue read_format(Format format, const std::string& text);

// "duration", "size", ...; empty for kNone.
std::string_view format_name(Format format);
std::optional<Format> format_by_name(std::string_view name);
// "a duration such as 10s", for messages.
std::string_view format_example(Format format);

// Numbers as YAML and JSON write them: no octal, no hexadecimal, no sign but '-'.
std::optional<int64_t> read_integer(std::string_view text);
std::optional<double> read_number(std::string_view text);

// A boolean as environments hold it: 1, true, yes, on; 0, false, no, off; in any case.
std::optional<bool> read_flag(std::string_view text);

}  // namespace berth
