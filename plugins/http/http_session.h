#pragma once

#include "router.h"

#include "berth/protocol.h"

#include <cstdint>

namespace berth::http {

class Service;

// While draining: an idle connection may send one more request.
constexpr uint64_t kDrainGraceMs = 5'000;

// Who is going to use a stream.
struct Session {
    const berth_stream_cb* callbacks = nullptr;
    void* user = nullptr;  // NULL: memory is exhausted
};

// Begins HTTP/2 or HTTP/1 on a stream. handshake: the site whose TLS settings it has, or NULL.
Session open_session(Service& service,
                     berth_stream& stream,
                     const HostTable& sites,
                     const Site* handshake,
                     bool http2);

// The table of the protocol: on_open() chooses the session that a new connection gets, by what TLS
// negotiated or, without TLS, by the first bytes where a site says `h2c`.
extern const berth_protocol_ops kHttpProtocol;

}  // namespace berth::http
