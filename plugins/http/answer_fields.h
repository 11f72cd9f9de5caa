#pragma once

#include "berth/http.h"

namespace berth::http {

// May a field of a handler's be put on the wire? One that describes the message or the connection
// is ours alone to set; a name that is no token and a value with a control character may not be
// sent, whatever their source (response splitting).
bool is_sendable(const berth_header& field);

}  // namespace berth::http
