#include "http_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

class Pipelining : public HttpFixture {};

std::string times(std::string_view text, int n) {
    std::string all;
    for (int i = 0; i < n; ++i) {
        all.append(text);
    }
    return all;
}

size_t count(std::string_view text, std::string_view part) {
    size_t n = 0;
    for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) {
        ++n;
    }
    return n;
}

TEST_F(Pipelining, answers_in_order_within_one_call) {
    configure();
    int number = 0;
    handler.on_request = [&](berth_http_req* r) {
        return reply(r, std::to_string(number++) + ";");
    };
    FakeStream& stream = connect();
    stream.receive(times(kGet, 16));
    EXPECT_EQ(count(stream.output, "HTTP/1.1 200 OK"), 16u);
    EXPECT_LT(stream.output.find("\r\n\r\n3;"), stream.output.find("\r\n\r\n12;"));
    EXPECT_EQ(stream.writes, 16u);
    EXPECT_TRUE(stream.kept.empty());
    EXPECT_FALSE(stream.paused);
}

TEST_F(Pipelining, leaves_the_next_request_while_one_is_handled) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    FakeStream& stream = connect();
    stream.receive(times(kGet, 3));
    EXPECT_EQ(handler.requests, 1u);
    EXPECT_EQ(stream.kept.size(), 2 * kGet.size());
    EXPECT_TRUE(stream.paused);
    reply(handler.last_request, "a");
    host.run();
    EXPECT_EQ(handler.requests, 2u);
    reply(handler.last_request, "b");
    host.run();
    reply(handler.last_request, "c");
    host.run();
    EXPECT_EQ(count(stream.output, "HTTP/1.1 200 OK"), 3u);
    EXPECT_TRUE(stream.kept.empty());
    EXPECT_FALSE(stream.paused);
}

TEST_F(Pipelining, stops_reading_while_answers_are_unread) {
    configure();
    FakeStream& stream = connect();
    stream.high_watermark = 300;
    stream.receive(times(kGet, 10));
    EXPECT_LT(handler.requests, 10u);
    EXPECT_TRUE(stream.paused);
    for (int i = 0; i < 10; ++i) {
        stream.read_output();
    }
    EXPECT_EQ(handler.requests, 10u);
    EXPECT_EQ(count(stream.output, "HTTP/1.1 200 OK"), 10u);
    EXPECT_FALSE(stream.paused);
}

TEST_F(Pipelining, cuts_bodies_off_the_following_request) {
    configure();
    FakeStream& stream = connect();
    stream.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" +
                   std::string(kGet) +
                   "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "2\r\nab\r\n0\r\n\r\n" +
                   std::string(kGet));
    EXPECT_EQ(count(stream.output, "HTTP/1.1 200 OK"), 4u);
    EXPECT_FALSE(stream.gone);
}

TEST_F(Pipelining, answers_what_was_sent_before_the_end_of_input) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    FakeStream& stream = connect();
    stream.receive(times(kGet, 2));
    stream.receive_end();
    reply(handler.last_request, "a");
    host.run();
    ASSERT_EQ(handler.requests, 2u);
    reply(handler.last_request, "b");
    host.run();
    EXPECT_EQ(count(stream.output, "HTTP/1.1 200 OK"), 2u);
    EXPECT_TRUE(stream.gone);
}

TEST_F(Pipelining, ends_with_the_answer_that_closes) {
    configure();
    handler.on_request = [&](berth_http_req* r) { return reply(r, "x", BERTH_RESP_CLOSE); };
    FakeStream& stream = connect();
    stream.receive(times(kGet, 3));
    EXPECT_EQ(count(stream.output, "HTTP/1.1 200 OK"), 1u);
    EXPECT_NE(stream.output.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(stream.gone);
}

}  // namespace
}  // namespace berth::http
