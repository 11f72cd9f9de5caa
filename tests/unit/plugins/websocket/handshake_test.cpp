#include "websocket_fixture.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace berth::websocket {
namespace {

using testing::field_of;
using testing::status_of_answer;

class Handshake : public WebSocketFixture {
protected:
    // The good handshake with a part of it replaced.
    std::string with(std::string_view part, std::string_view other) {
        std::string bytes = ws::handshake();
        bytes.replace(bytes.find(part), part.size(), other);
        return exchange(bytes);
    }
    int status_with(std::string_view part, std::string_view other) {
        return status_of_answer(with(part, other));
    }
};

TEST_F(Handshake, proves_that_it_understood) {
    open();
    EXPECT_EQ(accepted, BERTH_OK);
    EXPECT_EQ(field_of(answer, "Sec-WebSocket-Accept"), ws::kAccept);
    EXPECT_EQ(field_of(answer, "Upgrade"), "websocket");
    EXPECT_EQ(field_of(answer, "Connection"), "Upgrade");
    EXPECT_EQ(field_of(answer, "Sec-WebSocket-Protocol"), "(none)");
    EXPECT_EQ(field_of(answer, "Sec-WebSocket-Extensions"), "(none)");
    EXPECT_EQ(field_of(answer, "Content-Length"), "(none)");
    EXPECT_EQ(field_of(answer, "Server"), "Berth");
}

TEST_F(Handshake, tells_plain_requests_what_is_spoken_here) {
    const std::string said = get("/");
    EXPECT_EQ(status_of_answer(said), 426);
    EXPECT_EQ(field_of(said, "Upgrade"), "websocket");
    EXPECT_EQ(field_of(said, "Connection"), "Upgrade");
    EXPECT_EQ(field_of(said, "Sec-WebSocket-Version"), "13");
    EXPECT_EQ(accepted, BERTH_E_DENIED);
    EXPECT_EQ(status_with("Upgrade: WebSocket", "Upgrade: h2c"), 426);
    EXPECT_EQ(status_with("keep-alive, Upgrade", "keep-alive"), 426);
    EXPECT_EQ(status_with("HTTP/1.1", "HTTP/1.0"), 426);
}

TEST_F(Handshake, knows_one_version) {
    const std::string said = with("Version: 13", "Version: 8");
    EXPECT_EQ(status_of_answer(said), 426);
    EXPECT_EQ(field_of(said, "Sec-WebSocket-Version"), "13");
    EXPECT_EQ(status_with("Sec-WebSocket-Version: 13\r\n", ""), 400);
    EXPECT_EQ(status_with("Version: 13\r\n", "Version: 13\r\nSec-WebSocket-Version: 8\r\n"), 400);
}

TEST_F(Handshake, wants_a_key_of_16_bytes) {
    EXPECT_EQ(status_with("dGhlIHNhbXBsZSBub25jZQ==", ""), 400);
    EXPECT_EQ(status_with("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ"), 400);
    EXPECT_EQ(status_with("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZTEy"), 400);
    EXPECT_EQ(status_with("dGhlIHNhbXBsZSBub25jZQ==", "?GhlIHNhbXBsZSBub25jZQ=="), 400);
    EXPECT_EQ(status_with("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""), 400);
    EXPECT_EQ(status_with("\r\n\r\n", "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
              400);
}

TEST_F(Handshake, is_a_get_without_a_body) {
    EXPECT_EQ(status_with("GET", "POST"), 400);
    EXPECT_EQ(status_with("\r\n\r\n", "\r\nContent-Length: 2\r\n\r\nhi"), 400);
}

TEST_F(Handshake, lets_pages_of_the_same_host_connect) {
    options.origins = nullptr;
    open("Origin: https://a\r\n");
    open("Origin: http://A:80\r\n");
    EXPECT_EQ(status_with("\r\n\r\n", "\r\nOrigin: https://evil.example\r\n\r\n"), 403);
    EXPECT_EQ(status_with("\r\n\r\n", "\r\nOrigin: null\r\n\r\n"), 403);
    EXPECT_EQ(status_with("\r\n\r\n", "\r\nOrigin: http://a:8080\r\n\r\n"), 403);
    EXPECT_EQ(status_with("\r\n\r\n", "\r\nOrigin: http://a\r\nOrigin: http://b\r\n\r\n"), 403);
}

TEST_F(Handshake, lets_the_pages_connect_that_are_named) {
    const char* named[] = {"https://one.example", nullptr};
    options.origins = named;
    open("Origin: https://one.example\r\n");
    EXPECT_EQ(status_with("\r\n\r\n", "\r\nOrigin: https://a\r\n\r\n"), 403);
    const char* any[] = {"*", nullptr};
    options.origins = any;
    open("Origin: null\r\n");
}

TEST_F(Handshake, agrees_on_the_best_subprotocol_that_both_speak) {
    const char* spoken[] = {"v2.chat", "v1.chat", nullptr};
    options.subprotocols = spoken;
    open("Sec-WebSocket-Protocol: v0.chat, v1.chat\r\nSec-WebSocket-Protocol: v2.chat\r\n");
    EXPECT_EQ(field_of(answer, "Sec-WebSocket-Protocol"), "v2.chat");
    EXPECT_EQ(sdk::view(websocket->subprotocol(connection)), "v2.chat");
    open("Sec-WebSocket-Protocol: V2.CHAT\r\n");
    EXPECT_EQ(field_of(answer, "Sec-WebSocket-Protocol"), "(none)");
    open();
    EXPECT_EQ(sdk::view(websocket->subprotocol(connection)), "");
}

TEST_F(Handshake, is_refused_while_the_server_ends) {
    FakeStream& stream = connect();
    stream.receive(ws::handshake().substr(0, 40));
    stream.drain(host.now_ms + 60'000);
    stream.receive(ws::handshake().substr(40));
    EXPECT_EQ(status_of_answer(stream.output), 503);
}

}  // namespace
}  // namespace berth::websocket
