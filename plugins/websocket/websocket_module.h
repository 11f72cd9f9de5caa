#pragma once

#include "message_deflate.h"

#include "berth/cpp/plugin.hpp"
#include "berth/crypto.h"
#include "berth/http.h"
#include "berth/loop.h"
#include "berth/websocket.h"
#include "berth/worker.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace berth::websocket {

// What all connections of a worker share: tables of the host, memory that a connection needs during
// one call only, counters.
class WebSocketModule : public sdk::ModuleBase {
public:
    berth_status load(const berth_host* host);
    const void* get_extension(std::string_view id) const;

    const berth_http_ext& http() const { return *http_; }
    const berth_crypto_ext& crypto() const { return *crypto_; }
    const berth_loop_ext& loop() const { return *loop_; }

    // Room for n bytes, until the next call.
    uint8_t* scratch(size_t n);
    // For compressed messages: what makes them, and room for one each way.
    MessageDeflate& deflate() { return deflate_; }
    std::vector<uint8_t>& inflated() { return inflated_; }
    std::vector<uint8_t>& deflated() { return deflated_; }
    // Gives back what an unusually long one has left in its room.
    static void trim(std::vector<uint8_t>& room);
    // Before one of them counts; the zygote has no counters.
    void find_counters();
    void count_opened() { ++*opened_; }
    void count_messages(uint64_t received, uint64_t sent);
    void count_limit(const char* limit);

private:
    uint64_t& counter(const char* name);

    const berth_http_ext* http_ = nullptr;
    const berth_crypto_ext* crypto_ = nullptr;
    const berth_loop_ext* loop_ = nullptr;
    const berth_worker_ext* worker_ = nullptr;
    std::vector<uint8_t> scratch_, inflated_, deflated_;
    MessageDeflate deflate_;
    uint64_t* opened_ = nullptr;
    uint64_t* received_ = nullptr;
    uint64_t* sent_ = nullptr;
};

}  // namespace berth::websocket
