#include "websocket_module.h"

#include "websocket_ext.h"

#include "berth/cpp/text.hpp"

#include <string>

namespace berth::websocket {
namespace {

constexpr size_t kBufferKept = 256 * 1024;

}  // namespace

berth_status WebSocketModule::load(const berth_host* host) {
    const berth_status status = ModuleBase::load(host);
    http_ = extension<berth_http_ext>(BERTH_HTTP_EXT);
    crypto_ = extension<berth_crypto_ext>(BERTH_CRYPTO_EXT);
    loop_ = extension<berth_loop_ext>(BERTH_LOOP_EXT);
    worker_ = extension<berth_worker_ext>(BERTH_WORKER_EXT);
    if (crypto_ == nullptr || loop_ == nullptr || worker_ == nullptr ||
        !BERTH_HAS(berth_http_ext, http_, upgrade)) {
        return BERTH_E_UNSUPPORTED;
    }
    use_module(*this);
    return status;
}

const void* WebSocketModule::get_extension(std::string_view id) const {
    return id == BERTH_WEBSOCKET_EXT ? &kWebSocketExtension : nullptr;
}

uint8_t* WebSocketModule::scratch(size_t n) {
    if (scratch_.size() < n) {
        scratch_.resize(n);
    }
    return scratch_.data();
}

void WebSocketModule::trim(std::vector<uint8_t>& room) {
    if (room.capacity() > kBufferKept) {
        std::vector<uint8_t>().swap(room);
    }
}

uint64_t& WebSocketModule::counter(const char* name) {
    return *worker_->counter(sdk::sv(name));
}

void WebSocketModule::find_counters() {
    if (sent_ != nullptr) {
        return;
    }
    opened_ = &counter("berth_websocket_connections_total");
    received_ = &counter("berth_websocket_messages_total{direction=\"received\"}");
    sent_ = &counter("berth_websocket_messages_total{direction=\"sent\"}");
}

void WebSocketModule::count_messages(uint64_t received, uint64_t sent) {
    *received_ += received;
    *sent_ += sent;
}

void WebSocketModule::count_limit(const char* limit) {
    const std::string name = std::string("berth_limit_hits_total{limit=\"") + limit + "\"}";
    ++counter(name.c_str());
}

}  // namespace berth::websocket
