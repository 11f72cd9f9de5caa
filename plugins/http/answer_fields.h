#pragma once

#include "berth/http.h"

#include <string_view>

namespace berth::http {

// Does a field describe the message or the connection, so that it is ours alone to set?
bool is_reserved_field(std::string_view name);

// May a field be put on the wire? A name that is no token and a value with a control character may
// not, whatever their source (response splitting).
bool is_sendable(const berth_header& field);

}  // namespace berth::http
