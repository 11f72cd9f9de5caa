#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace berth {

// The host name in the body of a server_name extension (RFC 6066 3): empty when it holds none,
// nothing when it is malformed. Pure.
std::optional<std::string_view> parse_server_name(std::span<const uint8_t> extension);

}  // namespace berth
