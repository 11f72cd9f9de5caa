#include "websocket_ext.h"

#include "connection.h"
#include "handshake.h"
#include "websocket_module.h"

#include "berth/cpp/guard.hpp"
#include "berth/cpp/http_handler.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>

namespace berth::websocket {
namespace {

WebSocketModule* used_module = nullptr;

constexpr uint32_t kUpgradeRequired = 426, kUnavailable = 503;

// RFC 9110 15.5.22 and RFC 6455 4.4: what would have been right.
void answer_upgrade_required(const berth_http_ext& http, berth_http_req* request) {
    static constexpr berth_header kFields[] = {{{"Upgrade", 7}, {"websocket", 9}},
                                               {{"Sec-WebSocket-Version", 21}, {"13", 2}}};
    berth_http_resp response = sdk::http_response(kUpgradeRequired, kFields);
    if (request->version == 20) {
        response.headers = kFields + 1;  // HTTP/2 knows no Upgrade
        response.n_headers = 1;
    }
    http.respond(request, &response, nullptr, 0);
}

void refuse(const berth_http_ext& http, berth_http_req* request, uint32_t status) {
    if (status == kUpgradeRequired) {
        answer_upgrade_required(http, request);
    } else {
        http.error(request, status);
    }
}

berth_status upgrade(const WebSocketModule& module,
                     berth_http_req* request,
                     const Handshake& shake,
                     const DeflateTerms& deflate,
                     berth_stream** stream) {
    std::array<berth_header, 3> fields{};
    uint32_t n = 0;
    AcceptText accept{};
    if (!shake.key.empty()) {
        accept = accept_text(module.crypto(), shake.key);
        fields[n++] = {sdk::sv("Sec-WebSocket-Accept"), {accept.data(), accept.size()}};
    }
    if (!shake.subprotocol.empty()) {
        fields[n++] = {sdk::sv("Sec-WebSocket-Protocol"), sdk::sv(shake.subprotocol)};
    }
    const std::string extension = deflate_answer(deflate);
    if (deflate.agreed) {
        fields[n++] = {sdk::sv("Sec-WebSocket-Extensions"), sdk::sv(extension)};
    }
    berth_http_resp response = sdk::http_response(101);
    response.headers = fields.data();
    response.n_headers = n;
    return module.http().upgrade(request, sdk::sv("websocket"), &response, stream);
}

// The caller's options, as far as it knows them.
berth_ws_options known_options(const berth_ws_options* given) {
    berth_ws_options options{};
    if (given != nullptr) {
        std::memcpy(&options, given, std::min<size_t>(given->h.size, sizeof options));
    }
    return options;
}

berth_status accept(berth_http_req* request,
                    const berth_ws_options* given,
                    const berth_ws_cb* callbacks,
                    void* user,
                    berth_ws** out) {
    WebSocketModule& module = *used_module;
    const berth_ws_options options = known_options(given);
    const Handshake shake = judge_handshake(*request, options, module.crypto());
    if (shake.refused != 0) {
        refuse(module.http(), request, shake.refused);
        return BERTH_E_DENIED;
    }
    const bool compresses = (options.flags & BERTH_WS_COMPRESS) != 0;
    const DeflateTerms deflate = compresses ? choose_deflate(*request) : DeflateTerms{};
    const Connection::Terms terms{options, shake.subprotocol, deflate};
    auto connection = std::make_unique<Connection>(module, *request, terms, *callbacks, user);
    module.find_counters();
    berth_stream* stream = nullptr;
    const berth_status status = upgrade(module, request, shake, deflate, &stream);
    if (status == BERTH_E_DENIED) {
        module.http().error(request, kUnavailable);
    }
    if (status < 0) {
        return status;
    }
    *out = connection.release();  // its on_close() frees it
    Connection::of(*out).begin(*stream);
    return BERTH_OK;
}

berth_status send(berth_ws* ws, uint32_t kind, const berth_seg* segments, uint32_t n) {
    return Connection::of(ws).send(kind, {segments, n});
}

berth_status ping(berth_ws* ws, berth_sv bytes) {
    return Connection::of(ws).ping(sdk::view(bytes));
}

berth_status close(berth_ws* ws, uint32_t code, berth_sv reason) {
    return Connection::of(ws).close(code, sdk::view(reason));
}

void pause(berth_ws* ws, int32_t on) {
    Connection::of(ws).pause(on != 0);
}

berth_ticket ticket(berth_ws* ws) {
    return Connection::of(ws).ticket();
}

berth_http_req* request_of(berth_ws* ws) {
    return &Connection::of(ws).request();
}

berth_sv subprotocol(berth_ws* ws) {
    return sdk::sv(Connection::of(ws).subprotocol());
}

}  // namespace

void use_module(WebSocketModule& module) {
    used_module = &module;
}

const berth_websocket_ext kWebSocketExtension = {
    BERTH_HDR(berth_websocket_ext),
    sdk::kGuarded<accept>,
    sdk::kGuarded<send>,
    sdk::kGuarded<ping>,
    sdk::kGuarded<close>,
    sdk::kGuarded<pause>,
    sdk::kGuarded<ticket>,
    request_of,
    subprotocol,
};

}  // namespace berth::websocket
