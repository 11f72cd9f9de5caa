#pragma once

#include <string_view>

namespace berth::http {

// Searches over many bytes at a time; pure.

// Only VCHAR of ASCII (0x21 to 0x7E), as in a request target?
bool all_visible(std::string_view text);

// Only what a field value may hold (RFC 9110 5.5): VCHAR, obs-text, space and tab?
bool is_field_value(std::string_view text);

}  // namespace berth::http
