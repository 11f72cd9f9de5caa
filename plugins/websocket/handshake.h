#pragma once

#include "berth/crypto.h"
#include "berth/http.h"
#include "berth/websocket.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace berth::websocket {

// What becomes of a client's handshake (RFC 6455 4.2, RFC 8441 5).
struct Handshake {
    uint32_t refused = 0;          // status to answer; 0: accepted
    std::string_view key;          // empty in HTTP/2, which needs no proof
    std::string_view subprotocol;  // one of the options, or empty
};

Handshake judge_handshake(const berth_http_req& request,
                          const berth_ws_options& options,
                          const berth_crypto_ext& crypto);

// Sec-WebSocket-Accept for a key (RFC 6455 4.2.2).
using AcceptText = std::array<char, BERTH_BASE64_TEXT_SIZE(20)>;
AcceptText accept_text(const berth_crypto_ext& crypto, std::string_view key);

}  // namespace berth::websocket
