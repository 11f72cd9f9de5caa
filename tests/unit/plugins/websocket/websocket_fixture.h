// A handler that accepts WebSockets, behind the real http plugin in a fake host, and what a client
// of it sees.
#pragma once

#include "plugin/service_tables.h"
#include "support/plugin_fixture.h"
#include "support/ws_wire.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"
#include "berth/websocket.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::websocket {

namespace ws = testing::ws;
using testing::FakeStream;

class WebSocketFixture : public testing::PluginFixture {
protected:
    WebSocketFixture() : PluginFixture({{BERTH_CRYPTO_EXT, &berth::crypto_table()}}) {
        const berth_host& table = host.table();
        websocket = static_cast<const berth_websocket_ext*>(
            table.get_extension(&table, BERTH_WEBSOCKET_EXT));
        options.h = BERTH_HDR(berth_ws_options);
        handler.on_request = [this](berth_http_req* request) -> berth_status {
            return accept(request);
        };
        on_message = [this](uint32_t kind, std::string_view text) { return send(kind, text); };
        serve({});
    }

    // Connections must not outlive what their callbacks write to.
    void TearDown() override {
        for (FakeStream* stream : connected_) {
            stream->reset();
        }
    }

    FakeStream& connect() {
        connected_.push_back(&PluginFixture::connect());
        return *connected_.back();
    }

    // Connects and takes the answer to the handshake off the output.
    FakeStream& open(std::string_view fields = {}) {
        FakeStream& stream = connect();
        stream.receive(ws::handshake(fields));
        const size_t end = stream.output.find("\r\n\r\n");
        EXPECT_EQ(stream.output.compare(0, 12, "HTTP/1.1 101"), 0) << stream.output;
        answer = stream.output.substr(0, end + 4);
        stream.output.erase(0, end + 4);
        return stream;
    }

    berth_status accept(berth_http_req* request) {
        accepted = websocket->accept(request, &options, &kCallbacks, this, &connection);
        return accepted;
    }

    // What the server said since the last time.
    static std::string heard(FakeStream& stream) {
        return ws::story(ws::take_frames(stream.output));
    }
    static std::string say(FakeStream& stream, std::string_view bytes) {
        stream.receive(bytes);
        return heard(stream);
    }

    berth_status send(uint32_t kind, std::string_view text) {
        const berth_seg segment = sdk::copied(text);
        return websocket->send(connection, kind, &segment, 1);
    }

    const berth_websocket_ext* websocket = nullptr;
    berth_ws_options options{};
    berth_status accepted = BERTH_E_FAIL;
    berth_ws* connection = nullptr;
    std::string answer;
    std::function<berth_status(uint32_t, std::string_view)> on_message;
    std::function<void()> on_writable;
    std::vector<std::string> closes;

private:
    std::vector<FakeStream*> connected_;

    static WebSocketFixture& of(void* u) { return *static_cast<WebSocketFixture*>(u); }
    static constexpr berth_ws_cb kCallbacks = {
        BERTH_HDR(berth_ws_cb),
        [](void* u, berth_ws*, uint32_t kind, berth_sv text) -> berth_status {
            return of(u).on_message(kind, sdk::view(text));
        },
        [](void* u, berth_ws*) {
            if (of(u).on_writable) {
                of(u).on_writable();
            }
        },
        [](void* u, berth_ws*, uint32_t code, berth_sv reason) {
            of(u).closes.push_back(std::to_string(code) + " " + std::string(sdk::view(reason)));
        },
    };
};

}  // namespace berth::websocket
