// The boundary of the websocket plugin: no factory, one extension.
#include "berth/cpp/plugin.hpp"

#include "berth_plugin_info.h"
#include "websocket_module.h"

namespace berth::websocket {
namespace {

constexpr const char* kRequired[] = {
    BERTH_CONFIG_EXT, BERTH_HTTP_EXT, BERTH_CRYPTO_EXT, BERTH_LOOP_EXT, BERTH_WORKER_EXT, nullptr};
constexpr const char* kProvides[] = {BERTH_WEBSOCKET_EXT, nullptr};
constexpr const berth_factory* kFactories[] = {nullptr};
constexpr berth_module kModule = sdk::make_module<WebSocketModule>(
    BERTH_ABOUT("Berth", "Apache-2.0", "WebSocket for handlers"), kRequired, kProvides, kFactories);

}  // namespace
}  // namespace berth::websocket

BERTH_PLUGIN(berth::websocket::kModule)
