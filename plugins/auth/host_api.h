#pragma once

#include "berth/crypto.h"
#include "berth/http.h"
#include "berth/loop.h"
#include "berth/worker.h"

namespace berth::auth {

// The tables that the plugin uses, found once in load().
struct HostApi {
    const berth_host* host = nullptr;
    const berth_http_ext* http = nullptr;
    const berth_loop_ext* loop = nullptr;
    const berth_worker_ext* worker = nullptr;
    const berth_crypto_ext* crypto = nullptr;
};

}  // namespace berth::auth
