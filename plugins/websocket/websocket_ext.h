#pragma once

#include "berth/websocket.h"

namespace berth::websocket {

class WebSocketModule;

extern const berth_websocket_ext kWebSocketExtension;

// The table's functions carry no module: they use this one, of which a process has one.
void use_module(WebSocketModule& module);

}  // namespace berth::websocket
