#pragma once

#include "berth/protocol.h"

namespace berth::http {

// The table of the protocol: on_open() chooses the session that a new connection gets, by what TLS
// negotiated or, without TLS, by what HTTP/1 can tell from the first bytes.
extern const berth_protocol_ops kHttpProtocol;

}  // namespace berth::http
