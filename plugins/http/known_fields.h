#pragma once

#include "berth/cpp/text.hpp"
#include "berth/http.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth::http {

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

// BERTH_H_* of a field name in any case, BERTH_H_COUNT for other names.
uint16_t known_field(std::string_view name);

// Names of the methods by BERTH_M_*; the first is empty.
inline constexpr std::array<std::string_view, 10> kMethodNames = {
    "", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};

constexpr size_t kMethodMax = 32;  // bytes of a method; longer: 501

// BERTH_M_* of a method, BERTH_M_OTHER for unknown ones.
uint8_t known_method(std::string_view method);

}  // namespace berth::http
