#include "websocket_fixture.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace berth::websocket {
namespace {

constexpr uint8_t kClientPong = 0x8a;

class Connection : public WebSocketFixture {};

TEST_F(Connection, echoes_messages) {
    FakeStream& stream = open();
    EXPECT_EQ(say(stream, ws::text("hello")), "text hello");
    EXPECT_EQ(say(stream, ws::binary("\xff")), "binary \xff");
    EXPECT_EQ(say(stream, ws::text("")), "text");
}

TEST_F(Connection, takes_messages_that_came_with_the_handshake) {
    FakeStream& stream = connect();
    stream.receive(ws::handshake() + ws::text("early") + ws::text("la"));
    stream.output.erase(0, stream.output.find("\r\n\r\n") + 4);
    EXPECT_EQ(heard(stream), "text early; text la");
    EXPECT_TRUE(stream.kept.empty());
}

TEST_F(Connection, can_begin_later) {
    berth_http_req* held = nullptr;
    handler.on_request = [&](berth_http_req* request) {
        held = request;
        return BERTH_OK;
    };
    FakeStream& stream = connect();
    stream.receive(ws::handshake() + ws::text("early"));
    EXPECT_EQ(stream.output, "");
    EXPECT_EQ(accept(held), BERTH_OK);
    host.run();
    stream.output.erase(0, stream.output.find("\r\n\r\n") + 4);
    EXPECT_EQ(heard(stream), "text early");
}

TEST_F(Connection, puts_fragments_together) {
    FakeStream& stream = open();
    EXPECT_EQ(say(stream, ws::frame(1, "a") + ws::ping("p")), "pong p");
    EXPECT_EQ(say(stream, ws::frame(0, "b") + ws::frame(0x80, "c")), "text abc");
    EXPECT_EQ(say(stream, ws::text("next")), "text next");
}

TEST_F(Connection, does_the_same_byte_by_byte) {
    FakeStream& stream = open();
    stream.receive_in_pieces(ws::text("one") + ws::frame(1, "\xc3") + ws::ping("p") +
                                 ws::frame(0x80, "\xa4") + ws::binary(std::string(300, 'x')),
                             1);
    EXPECT_EQ(heard(stream), "text one; pong p; text ä; binary " + std::string(300, 'x'));
}

TEST_F(Connection, keeps_long_messages_whole) {
    const std::string long_text(200'000, 'x');
    FakeStream& stream = open();
    stream.receive_in_pieces(ws::text(long_text), 60'000);
    EXPECT_EQ(heard(stream), "text " + long_text);
}

TEST_F(Connection, answers_pings_and_ignores_pongs) {
    FakeStream& stream = open();
    EXPECT_EQ(say(stream, ws::ping("x")), "pong x");
    EXPECT_EQ(say(stream, ws::ping(std::string(125, 'y'))), "pong " + std::string(125, 'y'));
    EXPECT_EQ(say(stream, ws::frame(kClientPong, "z")), "");
}

TEST_F(Connection, answers_a_close_and_ends) {
    FakeStream& stream = open();
    EXPECT_EQ(say(stream, ws::close(4000, "done") + ws::text("late")), "close 4000");
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(closes, std::vector<std::string>{"4000 done"});
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(Connection, answers_an_empty_close_with_another) {
    FakeStream& stream = open();
    EXPECT_EQ(say(stream, ws::frame(0x88, "")), "close");
    EXPECT_EQ(closes, std::vector<std::string>{"1005 "});
}

TEST_F(Connection, closes_and_waits_for_the_answer) {
    FakeStream& stream = open();
    EXPECT_EQ(websocket->close(connection, 1000, sdk::sv("bye")), BERTH_OK);
    EXPECT_EQ(websocket->close(connection, 1000, {}), BERTH_E_STATE);
    EXPECT_EQ(send(BERTH_WS_TEXT, "late"), BERTH_E_STATE);
    EXPECT_EQ(heard(stream), "close 1000 bye");
    EXPECT_EQ(say(stream, ws::text("ignored") + ws::ping()), "");
    EXPECT_FALSE(stream.gone);
    EXPECT_EQ(say(stream, ws::close(1000)), "");
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(closes, std::vector<std::string>{"1000 "});
}

TEST_F(Connection, does_not_wait_for_an_answer_for_ever) {
    FakeStream& stream = open();
    websocket->close(connection, 1000, {});
    host.advance(5000);
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(closes, std::vector<std::string>{"1006 "});
}

TEST_F(Connection, sends_no_close_that_may_not_be_sent) {
    FakeStream& stream = open();
    EXPECT_EQ(websocket->close(connection, 1005, {}), BERTH_E_INVAL);
    EXPECT_EQ(websocket->close(connection, 0, sdk::sv("why")), BERTH_E_INVAL);
    EXPECT_EQ(websocket->close(connection, 1000, sdk::sv("\xff")), BERTH_E_INVAL);
    EXPECT_EQ(websocket->close(connection, 1000, sdk::sv(std::string(124, 'x'))), BERTH_E_INVAL);
    EXPECT_EQ(heard(stream), "");
    EXPECT_EQ(websocket->close(connection, 0, {}), BERTH_OK);
    EXPECT_EQ(heard(stream), "close");
}

TEST_F(Connection, tells_why_it_fails) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {ws::frame(0xc1, "a"), "close 1002"},
        {ws::text("\xff"), "close 1007"},
        {ws::frame(1, "\xed") + ws::frame(0, "\xa0"), "close 1007"},
        {ws::frame(1, "a") + ws::frame(0x80, "\xc3"), "close 1007"},
        {ws::frame(0x88, "\x03"), "close 1002"},
        {ws::close(1005), "close 1002"},
        {ws::close(1000, "\xff"), "close 1007"},
    };
    for (const auto& [bytes, wanted] : cases) {
        FakeStream& stream = open();
        EXPECT_EQ(say(stream, bytes), wanted);
        EXPECT_TRUE(stream.gone);
        EXPECT_TRUE(stream.linger);
    }
    EXPECT_EQ(closes.size(), cases.size());
}

// RFC 6455 5.6: binary is anything.
TEST_F(Connection, checks_no_text_where_there_is_none) {
    FakeStream& stream = open();
    EXPECT_EQ(say(stream, ws::binary("\xff\xfe")), "binary \xff\xfe");
    EXPECT_EQ(say(stream, ws::frame(2, "\xc3") + ws::frame(0x80, "(")), "binary \xc3(");
}

TEST_F(Connection, says_that_the_handler_failed) {
    on_message = [](uint32_t, std::string_view) { return BERTH_E_FAIL; };
    FakeStream& stream = open();
    EXPECT_EQ(say(stream, ws::text("a") + ws::text("b")), "close 1011");
    EXPECT_TRUE(stream.gone);
}

TEST_F(Connection, reports_an_end_without_a_close) {
    open().reset();
    open().receive_end();
    EXPECT_EQ(closes, (std::vector<std::string>{"1006 ", "1006 "}));
    EXPECT_EQ(handler.destroys, 2u);
}

TEST_F(Connection, sends_pieces_as_one_message) {
    FakeStream& stream = open();
    std::vector<berth_seg> many(20, sdk::permanent("ab"));
    EXPECT_EQ(websocket->send(connection, BERTH_WS_TEXT, many.data(), 20), BERTH_OK);
    EXPECT_EQ(websocket->send(connection, BERTH_WS_BINARY, nullptr, 0), BERTH_OK);
    EXPECT_EQ(heard(stream), "text abababababababababababababababababababab; binary");
    EXPECT_EQ(websocket->send(connection, 3, many.data(), 1), BERTH_E_INVAL);
}

TEST_F(Connection, reads_no_more_while_the_client_takes_no_more) {
    FakeStream& stream = open();
    stream.high_watermark = 10;
    bool told = false;
    on_writable = [&] { told = true; };
    stream.receive(ws::text("123456789") + ws::text("b"));
    EXPECT_TRUE(stream.paused);
    EXPECT_EQ(heard(stream), "text 123456789");
    stream.high_watermark = UINT64_MAX;
    stream.unread = 0;
    EXPECT_FALSE(told);
    stream.high_watermark = 0;
    stream.unread = 1;
    stream.read_output();
    EXPECT_TRUE(told);
    EXPECT_EQ(heard(stream), "text b");
}

TEST_F(Connection, shows_no_messages_while_it_is_paused) {
    FakeStream& stream = open();
    websocket->pause(connection, 1);
    EXPECT_EQ(say(stream, ws::text("a")), "");
    websocket->pause(connection, 0);
    host.run();
    EXPECT_EQ(heard(stream), "text a");
}

TEST_F(Connection, pings_who_is_silent_and_gives_up) {
    FakeStream& stream = open();
    host.advance(30'000);
    EXPECT_EQ(heard(stream), "ping");
    stream.receive(ws::frame(kClientPong, ""));
    host.advance(30'000);
    EXPECT_EQ(heard(stream), "ping");
    EXPECT_FALSE(stream.gone);
    host.advance(30'000);
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(stream.close_why, BERTH_E_TIMEOUT);
}

TEST_F(Connection, goes_on_in_a_drain_until_shortly_before_its_end) {
    FakeStream& stream = open();
    stream.drain(host.now_ms + 60'000);
    EXPECT_EQ(say(stream, ws::text("still here")), "text still here");
    host.advance(49'999);
    EXPECT_EQ(heard(stream), "");
    host.advance(1);
    EXPECT_EQ(heard(stream), "close 1001");
}

TEST_F(Connection, names_its_request) {
    open();
    EXPECT_EQ(sdk::view(websocket->request(connection)->path), "/ws");
}

TEST_F(Connection, counts_messages) {
    FakeStream& stream = open();
    say(stream, ws::text("a") + ws::text("b"));
    EXPECT_EQ(host.counter("berth_websocket_connections_total"), 1u);
    EXPECT_EQ(host.counter("berth_websocket_messages_total{direction=\"received\"}"), 2u);
    EXPECT_EQ(host.counter("berth_websocket_messages_total{direction=\"sent\"}"), 2u);
}

}  // namespace
}  // namespace berth::websocket
