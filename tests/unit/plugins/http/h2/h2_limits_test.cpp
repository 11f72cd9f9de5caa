// What one connection may do before it is ended (RFC 9113 10.5).
#include "h2/h2_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

class H2Limits : public H2Fixture {
protected:
    // Sends until the connection ends or there were `most`; returns how many were sent.
    template <class Make>
    static int flood(H2Client& client, int most, Make make) {
        int sent = 0;
        while (sent < most && !client.stream.closing && !client.stream.gone) {
            client.send(make(sent++));
        }
        return sent;
    }
    static uint32_t id(int n) { return static_cast<uint32_t>(2 * n + 1); }
    uint64_t hits(const std::string& limit) const {
        return host.counter("berth_limit_hits_total{limit=\"" + limit + "\"}");
    }
};

TEST_F(H2Limits, end_a_rapid_reset) {
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    H2Client client = open_h2();
    EXPECT_LE(flood(client, 1000, [](int n) { return h2::request(id(n)) + h2::rst_stream(id(n)); }),
              250);
    EXPECT_EQ(client.error(), h2::kEnhanceYourCalm);
    EXPECT_EQ(handler.requests, handler.destroys);
    EXPECT_EQ(hits("h2_resets"), 1u);
}

TEST_F(H2Limits, allow_resets_now_and_then) {
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    H2Client client = open_h2();
    for (int n = 0; n < 600; ++n) {
        client.send(h2::request(id(n)) + h2::rst_stream(id(n)));
        host.advance(31);
    }
    EXPECT_EQ(client.error(), -1);
}

TEST_F(H2Limits, count_streams_that_the_client_made_us_reset) {
    H2Client client = open_h2();
    h2::Fields bad = h2::get();
    bad.emplace_back("Upper", "case");
    EXPECT_LE(flood(client, 1000, [&](int n) { return h2::request(id(n), bad); }), 250);
    EXPECT_EQ(client.error(), h2::kEnhanceYourCalm);
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(H2Limits, end_a_window_update_of_nothing_and_of_too_much_at_once) {
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    H2Client zero = open_h2();
    zero.send(h2::request(1) + h2::window_update(1, 0));
    EXPECT_EQ(zero.error(), h2::kProtocolError);
    H2Client connection = open_h2();
    connection.send(h2::window_update(0, 0));
    EXPECT_EQ(connection.error(), h2::kProtocolError);
    H2Client much = open_h2();
    much.send(h2::request(1) + h2::window_update(1, 0x7fffffff));
    EXPECT_EQ(much.error(), h2::kFlowControlError);
    EXPECT_EQ(hits("h2_window"), 3u);
    EXPECT_EQ(handler.requests, handler.destroys);
}

TEST_F(H2Limits, end_messages_on_streams_that_are_over) {
    H2Client client = open_h2();
    client.send(h2::request(1) + h2::data(1, "more"));
    EXPECT_EQ(client.error(), h2::kStreamClosed);
    H2Client again = open_h2();
    again.send(h2::request(3));
    again.send(h2::request(3));
    EXPECT_EQ(again.error(), h2::kStreamClosed);
    H2Client reset = open_h2();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    reset.send(h2::request(1, h2::post(), 0) + h2::rst_stream(1));
    reset.send(h2::data(1, "more"));
    EXPECT_EQ(reset.error(), h2::kStreamClosed);
}

TEST_F(H2Limits, hold_header_blocks_to_eight_continuations) {
    for (const std::string& fragment : {std::string(), h2::literal("x", "y")}) {
        H2Client client = open_h2();
        client.send(h2::headers(1, h2::block(h2::get()), h2::kEndStream));
        const int sent =
            flood(client, 100, [&](int) { return h2::frame(h2::kContinuation, 0, 1, fragment); });
        EXPECT_LE(sent, 9);
        EXPECT_EQ(client.error(), h2::kEnhanceYourCalm);
    }
    EXPECT_EQ(hits("h2_header_block"), 2u);
    H2Client client = open_h2();
    std::string eight = h2::headers(1, h2::block(h2::get()), h2::kEndStream);
    for (int i = 0; i < 8; ++i) {
        eight +=
            h2::frame(h2::kContinuation, i == 7 ? h2::kEndHeaders : 0, 1, h2::literal("x", "y"));
    }
    client.send(eight);
    EXPECT_EQ(client[1].status(), 200);
}

TEST_F(H2Limits, refuse_a_long_list_and_end_a_bomb) {
    H2Client list = open_h2();
    std::string indexed = h2::block(h2::get());
    indexed += '\x40' + h2::literal("x", std::string(3'000, 'x')).substr(1);
    std::string twice = indexed + std::string(10, '\xbe');
    list.send(h2::headers(1, twice));
    EXPECT_EQ(list[1].status(), 431);
    EXPECT_EQ(list.error(), -1);
    list.send(h2::request(3));
    EXPECT_EQ(list[3].status(), 200);  // the table is as the client knows it
    H2Client bomb = open_h2();
    bomb.send(h2::headers(1, indexed + std::string(10'000, '\xbe')));
    EXPECT_EQ(bomb.error(), h2::kEnhanceYourCalm);
    EXPECT_EQ(hits("h2_header_list"), 1u);
}

TEST_F(H2Limits, end_requests_with_thousands_of_empty_fields) {
    H2Client client = open_h2();
    const std::string empty(3'000, '\xbe');
    client.send(
        h2::headers(1, h2::block(h2::get()) + '\x40' + h2::literal("a", "").substr(1) + empty));
    EXPECT_EQ(client.error(), h2::kEnhanceYourCalm);
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(H2Limits, end_floods_of_frames_that_do_nothing) {
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    const std::vector<std::string> nothings = {
        h2::settings(),
        h2::settings({{NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, 100}}),
        h2::ping(),
        h2::frame(h2::kPing, h2::kAck, 0, "12345678"),
        h2::frame(h2::kPriority, 0, 1, std::string("\0\0\0\0\x10", 5)),
        h2::frame(h2::kPriorityUpdate, 0, 0, h2::number(1, 4) + "u=1"),
        h2::data(1, "", 0),
        h2::frame(77, 0, 1, "unknown"),
    };
    for (const std::string& nothing : nothings) {
        H2Client client = open_h2();
        client.send(h2::request(1, h2::post(), 0));
        EXPECT_LE(flood(client, 5000, [&](int) { return nothing; }), 1001) << int(nothing[3]);
        EXPECT_EQ(client.error(), h2::kEnhanceYourCalm) << int(nothing[3]);
    }
    EXPECT_EQ(hits("h2_glitches"), nothings.size());
}

// Each may change the windows of all streams.
TEST_F(H2Limits, count_every_value_of_a_setting) {
    const std::vector<std::pair<uint16_t, uint32_t>> many(
        200, {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1'000});
    H2Client client = open_h2();
    EXPECT_LE(flood(client, 100, [&](int) { return h2::settings(many); }), 6);
    EXPECT_EQ(client.error(), h2::kEnhanceYourCalm);
    EXPECT_EQ(hits("h2_glitches"), 1u);
}

TEST_F(H2Limits, end_windows_that_open_by_a_byte) {
    const std::string big(10'000, 'x');
    handler.on_request = [&](berth_http_req* r) { return reply(r, big); };
    H2Client client = open_h2(h2::preface({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0}}));
    client.send(h2::request(1));
    EXPECT_LE(flood(client, 5000, [](int) { return h2::window_update(1, 1); }), 1001);
    EXPECT_EQ(client.error(), h2::kEnhanceYourCalm);
}

TEST_F(H2Limits, end_questions_whose_answers_nobody_reads) {
    H2Client client = open_h2();
    client.stream.high_watermark = 0;  // the next write fills it
    client.send(h2::ping());
    EXPECT_LE(flood(client, 5000, [](int) { return h2::ping(); }), 110);
    EXPECT_TRUE(client.stream.gone);
    EXPECT_EQ(hits("h2_control_frames"), 1u);
}

// Answers without a body are over at once; their heads would pile up.
TEST_F(H2Limits, read_no_more_questions_while_answers_pile_up) {
    h2::Fields head = h2::get();
    head.front().second = "HEAD";
    H2Client client = open_h2();
    client.stream.high_watermark = 0;
    const int sent = flood(client, 10'000, [&](int n) {
        return client.stream.paused ? std::string() : h2::request(id(n), head);
    });
    EXPECT_EQ(sent, 10'000);
    EXPECT_TRUE(client.stream.paused);
    const uint32_t before = handler.requests;
    EXPECT_LT(before, 2'000u);
    client.stream.receive(h2::request(id(10'000), head));
    EXPECT_EQ(handler.requests, before);
    client.stream.read_output();
    client.stream.read_output();
    client.read();
    EXPECT_FALSE(client.stream.paused);
    EXPECT_EQ(handler.requests, before + 1);
    EXPECT_EQ(client[20'001].status(), 200);
    EXPECT_EQ(client.error(), -1);
}

TEST_F(H2Limits, keep_to_a_hundred_streams) {
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    H2Client client = open_h2();
    EXPECT_LE(flood(client, 1000, [](int n) { return h2::request(id(n), h2::post(), 0); }), 500);
    EXPECT_EQ(client[201].error, h2::kRefusedStream);
    EXPECT_EQ(client.error(), h2::kEnhanceYourCalm);
    H2Client heard = open_h2(h2::preface() + h2::settings_ack());
    EXPECT_EQ(flood(heard, 1000, [](int n) { return h2::request(id(n), h2::post(), 0); }), 101);
    EXPECT_EQ(handler.requests, handler.destroys);
}

TEST_F(H2Limits, time_heads) {
    H2Client client = open_h2();
    client.send(h2::headers(1, h2::block(h2::get()), h2::kEndStream));
    host.advance(9'000);
    EXPECT_FALSE(client.stream.gone);
    host.advance(3'000);
    client.read();
    EXPECT_EQ(client.error(), h2::kEnhanceYourCalm);
}

TEST_F(H2Limits, time_bodies) {
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    H2Client client = open_h2();
    client.send(h2::request(1, h2::post(), 0) + h2::request(3, h2::post(), 0));
    for (int second = 0; second < 30; ++second) {
        client.send(h2::data(1, std::string(600, 'x'), 0) + h2::data(3, "x", 0));
        host.advance(1'000);
    }
    client.read();
    EXPECT_EQ(client[1].status(), 0);
    EXPECT_EQ(client[3].status(), 408);
    EXPECT_EQ(client.error(), -1);
}

TEST_F(H2Limits, time_answers_that_nobody_takes) {
    const std::string big(100'000, 'x');
    handler.on_request = [&](berth_http_req* r) { return reply(r, big); };
    H2Client client = open_h2(h2::preface({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0}}));
    client.send(h2::request(1) + h2::request(3));
    for (int second = 0; second < 40; ++second) {
        client.send(h2::window_update(3, 1000));
        host.advance(1'000);
    }
    client.read();
    EXPECT_EQ(client[1].error, h2::kCancel);
    EXPECT_FALSE(client[3].reset);
    EXPECT_EQ(hits("h2_send_timeout"), 1u);
}

// Of the connection's window it opens little, again and again; the streams' own are wide open.
TEST_F(H2Limits, time_answers_that_trickle_through_the_connections_window) {
    const std::string big(100'000, 'x');
    handler.on_request = [&](berth_http_req* r) { return reply(r, big); };
    H2Client client = open_h2(h2::preface({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20}}));
    client.send(h2::request(1) + h2::request(3));
    for (int second = 0; second < 70; ++second) {
        client.send(h2::window_update(0, 300));
        host.advance(1'000);
    }
    client.read();
    EXPECT_EQ(client[1].error, h2::kCancel);
    EXPECT_EQ(client[3].error, h2::kCancel);
}

TEST_F(H2Limits, close_what_is_idle) {
    H2Client client = open_h2();
    client.send(h2::request(1));
    host.advance(59'000);
    EXPECT_FALSE(client.stream.gone);
    host.advance(2'000);
    client.read();
    EXPECT_EQ(client.error(), h2::kNoError);
}

TEST_F(H2Limits, refuse_bodies_that_are_too_large) {
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    configured_ = true;
    configure({{"h2c", true}, {"limits", map({{"body", 5}})}});
    H2Client client = open_h2();
    client.send(h2::request(1, h2::post(), 0) + h2::data(1, "123456"));
    EXPECT_EQ(client[1].status(), 413);
    h2::Fields told = h2::post();
    told.emplace_back("content-length", "6");
    client.send(h2::request(3, told, 0));
    EXPECT_EQ(client[3].status(), 413);
}

}  // namespace
}  // namespace berth::http
