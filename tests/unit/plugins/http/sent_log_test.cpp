// When an answer is logged, and what of it.
#include "h2/h2_fixture.h"

namespace berth::http {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

class SentLog : public H2Fixture {
protected:
    SentLog() {
        handler.on_request = [this](berth_http_req* r) { return reply(r, std::string(500, 'x')); };
    }

    void configure_with_log() {
        configured_ = true;
        configure({{"h2c", true},
                   {"access_log", map({{"format", "{bytes} {duration_us}"}, {"to", "log"}})}});
    }
    FakeStream& ask() {
        configure_with_log();
        FakeStream& stream = connect();
        stream.high_watermark = 400;
        stream.receive(kGet);
        return stream;
    }
    H2Client ask_h2() {
        configure_with_log();
        H2Client client = open_h2(h2::preface({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 100}}));
        client.send(h2::request(1));
        return client;
    }
    std::string log() { return host.logs["log"]; }
};

TEST_F(SentLog, of_a_short_answer_comes_at_once) {
    configure_with_log();
    connect().receive(kGet);
    EXPECT_EQ(log(), "500 0\n");
}

TEST_F(SentLog, of_a_long_answer_comes_when_it_is_sent) {
    FakeStream& stream = ask();
    EXPECT_EQ(log(), "");
    EXPECT_EQ(handler.destroys, 0u);
    host.advance(250);
    stream.read_output();
    EXPECT_EQ(log(), "500 250000\n");
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(SentLog, of_an_answer_that_is_cut_tells_what_was_sent) {
    FakeStream& stream = ask();
    stream.unread = 120;
    stream.reset();
    EXPECT_EQ(log(), "380 0\n");
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(SentLog, of_the_last_answer_comes_with_the_end_of_the_connection) {
    configure_with_log();
    FakeStream& stream = connect();
    stream.high_watermark = 400;
    stream.receive("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(log(), "500 0\n");
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(SentLog, of_an_answer_that_is_being_written_tells_what_was_sent) {
    handler.on_request = [this](berth_http_req* r) {
        const berth_http_resp response{
            BERTH_HDR(berth_http_resp), 200, 0, nullptr, 0, 0, BERTH_LENGTH_UNKNOWN};
        http->start(r, &response);
        const std::string text(500, 'x');
        const berth_seg segment = sdk::copied(text);
        http->body(r, &segment, 1);
        return BERTH_OK;
    };
    FakeStream& stream = ask();
    stream.unread = 100;
    stream.reset();
    EXPECT_EQ(log(), "400 0\n");
}

TEST_F(SentLog, keeps_the_order_of_the_requests) {
    FakeStream& stream = ask();
    stream.receive(kGet);
    EXPECT_EQ(handler.requests, 1u);
    stream.read_output();
    stream.read_output();
    EXPECT_EQ(log(), "500 0\n500 0\n");
}

TEST_F(SentLog, keeps_no_exchange_where_nobody_logs) {
    configure();
    FakeStream& stream = connect();
    stream.high_watermark = 400;
    stream.receive(kGet);
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(SentLog, has_http2_requests_that_are_none) {
    configured_ = true;
    configure({{"h2c", true},
               {"access_log", map({{"format", "{target} {protocol} {status}"}, {"to", "log"}})}});
    H2Client client = open_h2();
    h2::Fields fields = h2::get("/x");
    fields.emplace_back("Upper", "case");
    client.send(h2::request(1, fields) + h2::request(3, {{":method", "GET"}}));
    EXPECT_EQ(client[1].error, uint32_t{NGHTTP2_PROTOCOL_ERROR});
    EXPECT_EQ(log(), "/x HTTP/2.0 400\n- HTTP/2.0 400\n");
    EXPECT_EQ(handler.requests, 0u);
    EXPECT_EQ(client.error(), -1);
}

TEST_F(SentLog, of_an_http2_answer_comes_when_it_is_sent) {
    H2Client client = ask_h2();
    EXPECT_EQ(log(), "");
    host.advance(250);
    client.send(h2::window_update(1, 1000));
    EXPECT_EQ(log(), "500 250000\n");
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(SentLog, of_an_http2_answer_that_is_cut_tells_what_was_sent) {
    H2Client client = ask_h2();
    client.send(h2::rst_stream(1));
    EXPECT_EQ(log(), "100 0\n");
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(SentLog, of_an_http2_connection_that_is_lost_tells_what_was_sent) {
    H2Client client = ask_h2();
    client.stream.reset();
    EXPECT_EQ(log(), "100 0\n");
    EXPECT_EQ(handler.destroys, 1u);
}

}  // namespace
}  // namespace berth::http
