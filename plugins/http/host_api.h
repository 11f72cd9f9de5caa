#pragma once

#include "berth/berth.h"

namespace berth::http {

// The tables of the host, found once in load().
struct HostApi {
    const berth_host* host = nullptr;
    const berth_config_ext* config = nullptr;
    const berth_loop_ext* loop = nullptr;
    const berth_worker_ext* worker = nullptr;
    const berth_log_ext* log = nullptr;
    const berth_crypto_ext* crypto = nullptr;
    const berth_file_ext* files = nullptr;  // NULL where the host has none
};

}  // namespace berth::http
