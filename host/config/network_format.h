#pragma once

#include "config/value_format.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// Checks of texts that name things on a network; no value: the text is right. Nothing is looked up.
std::optional<FormatProblem> check_cidr(const std::string& text);
std::optional<FormatProblem> check_host_port(const std::string& text);
std::optional<FormatProblem> check_url(const std::string& text);
std::optional<FormatProblem> check_regex(const std::string& text);

bool is_ipv4(const std::string& text);
// With or without a zone: "fe80::1%eth0".
bool is_ipv6(const std::string& text);
// NUL, line ends, escapes: what quotes can put into a text, and nothing takes well later.
bool holds_control(std::string_view text);
// A DNS name: letters, digits, '-' and '_' in labels of at most 63.
bool is_host_name(std::string_view text);
// 0..65535.
std::optional<uint16_t> read_port(std::string_view text);

}  // namespace berth
