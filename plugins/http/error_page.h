#pragma once

#include <cstdint>
#include <string>

namespace berth::http {

// A small HTML page for a status; nothing of the request is in it, and it loads nothing.
std::string error_page(uint32_t status);

}  // namespace berth::http
