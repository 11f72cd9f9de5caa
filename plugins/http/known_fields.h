#pragma once

#include "berth/http.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth::http {

// BERTH_H_* of a field name, a token in any case; BERTH_H_COUNT for other names.
uint16_t known_field(std::string_view name);

// In lower-case, by BERTH_H_*.
inline constexpr std::array<std::string_view, BERTH_H_COUNT> kFieldNames = {
    "host",
    "content-length",
    "content-type",
    "cookie",
    "authorization",
    "range",
    "if-none-match",
    "if-modified-since",
    "accept-encoding",
    "connection",
    "transfer-encoding",
    "expect",
    "upgrade",
    "user-agent",
    "referer",
    "if-match",
    "if-unmodified-since",
    "if-range",
    "accept",
    "origin",
    "te",
    "x-forwarded-for",
    "forwarded",
};

// Names of the methods by BERTH_M_*; the first is empty.
inline constexpr std::array<std::string_view, 10> kMethodNames = {
    "", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};

constexpr size_t kMethodMax = 32;  // bytes of a method; longer: 501

// BERTH_M_* of a method, BERTH_M_OTHER for unknown ones.
uint8_t known_method(std::string_view method);

}  // namespace berth::http
