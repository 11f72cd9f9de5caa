#pragma once

#include "berth/cpp/guard.hpp"
#include "berth/http.h"

namespace berth::file {

// Answers a request in a call that comes later, where nobody takes a status: give() answers and
// returns one; where that is an error, or it throws, the client is told.
template <class Give>
void answer_late(const berth_http_ext& http, berth_http_req* req, Give give) {
    if (sdk::guarded(give) < 0) {
        http.error(req, 500);
    }
}

}  // namespace berth::file
