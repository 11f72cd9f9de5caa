#pragma once

#include "berth/cpp/text.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace berth::http {

// Searches over many bytes at a time; pure.

// Lower-case of each byte that may stand in a token (RFC 9110 5.6.2), 0 for the others.
inline constexpr std::array<char, 256> kTokenLower = [] {
    std::array<char, 256> table{};
    for (size_t i = 0; i < 0x80; ++i) {
        const char c = static_cast<char>(i);
        table[i] = sdk::is_token_char(c) ? sdk::to_lower(c) : '\0';
    }
    return table;
}();

inline char token_lower(char c) {
    return kTokenLower[static_cast<unsigned char>(c)];
}

// How many bytes at the front of text may stand in a token.
inline size_t token_size(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end && token_lower(*at) != '\0') {
        ++at;
    }
    return static_cast<size_t>(at - text.data());
}

// Only VCHAR of ASCII (0x21 to 0x7E), as in a request target?
bool all_visible(std::string_view text);

// Only what a field value may hold (RFC 9110 5.5): VCHAR, obs-text, space and tab?
bool is_field_value(std::string_view text);

// A field's name, which is a token (RFC 9110 5.1)? One without capitals?
bool is_name(std::string_view text);
bool is_lower_name(std::string_view text);

// Only letters, digits, '-' and '.': a name or an IPv4 address as nearly all requests have it?
bool is_plain_host(std::string_view text);

// Are there no capitals of ASCII?
bool has_no_capitals(std::string_view text);

// The letters of ASCII in lower-case, in place.
void make_lower(char* text, size_t n);

// Is a token that name, but for upper-case letters? The name has nothing but lower-case letters and
// '-': no other character of a token becomes one of these when the bit 0x20 is set.
bool equals_folded(std::string_view token, std::string_view lower);

}  // namespace berth::http
