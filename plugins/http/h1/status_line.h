#pragma once

#include <cstdint>
#include <string_view>

namespace berth::http {

// "Not Found"; empty for a status that RFC 9110 does not name.
std::string_view reason_of(uint32_t status);

// "HTTP/1.1 404 Not Found\r\n"; empty for a status without a reason.
std::string_view status_line(uint32_t status);

}  // namespace berth::http
