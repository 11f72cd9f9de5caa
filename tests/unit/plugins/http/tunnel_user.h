// The user of a stream that an upgrade gave.
#pragma once

#include "berth/stream.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace berth::http {

// What it was told.
struct TunnelUser {
    std::string data;
    std::vector<std::string> events;
    size_t take_max = SIZE_MAX;
    std::function<void()> on_data;

    static TunnelUser& of(void* u) { return *static_cast<TunnelUser*>(u); }

    static constexpr berth_stream_cb kCallbacks = {
        BERTH_HDR(berth_stream_cb),
        [](void* u, berth_rbuf* buffers, uint32_t) -> berth_status {
            TunnelUser& user = of(u);
            if (buffers->n == 0) {
                user.events.emplace_back("end");
            }
            const size_t size = std::min(buffers->n, user.take_max);
            user.data.append(reinterpret_cast<const char*>(buffers->p), size);
            buffers->p += size;
            buffers->n -= size;
            if (user.on_data) {
                user.on_data();
            }
            return BERTH_OK;
        },
        [](void* u) { of(u).events.emplace_back("writable"); },
        nullptr,
        [](void* u, uint64_t) { of(u).events.emplace_back("drain"); },
        [](void* u) { of(u).events.emplace_back("timeout"); },
        [](void* u, berth_status why) { of(u).events.push_back("close " + std::to_string(why)); },
    };
};

}  // namespace berth::http
