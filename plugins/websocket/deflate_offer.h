#pragma once

#include "berth/http.h"

#include <string>

namespace berth::websocket {

// What of permessage-deflate (RFC 7692) was agreed on. Both sides forget what they have sent after
// each message (no context takeover), so that no connection keeps memory for it and no message
// tells about another by its length.
struct DeflateTerms {
    bool agreed = false;
    int window_bits = 15;       // at most, of what we send
    bool names_window = false;  // the client asked for that, and the answer must say it
};

// The first offer of the request that can be accepted. Those with parameters that are unknown,
// there twice, or out of bounds cannot (RFC 7692 7.1).
DeflateTerms choose_deflate(const berth_http_req& request);

// The value of Sec-WebSocket-Extensions for these terms.
std::string deflate_answer(const DeflateTerms& terms);

}  // namespace berth::websocket
