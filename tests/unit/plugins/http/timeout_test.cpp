#include "http_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kPost = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";

class Timeout : public HttpFixture {};

TEST_F(Timeout, closes_an_idle_connection_without_a_word) {
    configure();
    FakeStream& stream = connect();
    host.advance(59'000);
    EXPECT_FALSE(stream.gone);
    host.advance(1'000);
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(stream.output, "");
}

TEST_F(Timeout, of_an_idle_connection_starts_anew_with_each_request) {
    configure();
    FakeStream& stream = connect();
    for (int i = 0; i < 5; ++i) {
        host.advance(50'000);
        stream.receive(kGet);
    }
    EXPECT_FALSE(stream.gone);
    EXPECT_EQ(handler.requests, 5u);
    EXPECT_EQ(stream.timeouts_set, 1u);  // by the host alone
}

TEST_F(Timeout, cuts_a_head_that_trickles_at_its_deadline) {
    configure();
    FakeStream& stream = connect();
    const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (size_t i = 0; i < 9; ++i) {
        stream.receive(head.substr(i, 1));
        host.advance(1'000);
    }
    EXPECT_FALSE(stream.closing);
    stream.receive("T");
    host.advance(1'000);
    EXPECT_EQ(status_of_answer(stream.output), 408);
    EXPECT_TRUE(stream.gone);
}

TEST_F(Timeout, of_a_head_ends_with_the_head) {
    configure();
    FakeStream& stream = connect();
    stream.receive(kGet.substr(0, 5));
    host.advance(9'000);
    stream.receive(kGet.substr(5));
    host.advance(30'000);
    EXPECT_FALSE(stream.gone);
    EXPECT_EQ(status_of_answer(stream.output), 200);
}

TEST_F(Timeout, does_not_hurry_a_slow_handler) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    FakeStream& stream = connect();
    stream.receive(kGet);
    host.advance(600'000);
    ASSERT_FALSE(stream.gone);
    reply(handler.last_request, "late");
    host.run();
    EXPECT_EQ(body_of(stream.output), "late");
}

TEST_F(Timeout, cuts_a_body_below_the_minimum_rate) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    FakeStream& stream = connect();
    stream.receive(kPost);
    for (int i = 0; i < 9; ++i) {
        stream.receive(std::string(400, 'x'));
        host.advance(1'000);
    }
    EXPECT_FALSE(stream.gone);
    host.advance(1'000);
    EXPECT_EQ(status_of_answer(stream.output), 408);
    EXPECT_TRUE(stream.gone);
}

TEST_F(Timeout, lets_a_slow_body_above_the_minimum_rate_take_for_ever) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    FakeStream& stream = connect();
    stream.receive(kPost);
    for (int i = 0; i < 600; ++i) {
        stream.receive(std::string(510, 'x'));
        host.advance(1'000);
    }
    EXPECT_FALSE(stream.gone);
}

TEST_F(Timeout, does_not_blame_the_client_for_a_body_that_the_handler_holds) {
    configure();
    handler.on_request = [this](berth_http_req* r) {
        http->body_pause(r, 1);
        return BERTH_OK;
    };
    FakeStream& stream = connect();
    stream.receive(kPost + "x");
    host.advance(300'000);
    EXPECT_FALSE(stream.gone);
}

TEST_F(Timeout, between_reads_of_a_body_applies_without_a_rate) {
    configure({{"limits", map({{"body_rate", 0}})}});
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    FakeStream& stream = connect();
    stream.receive(kPost);
    for (int i = 0; i < 5; ++i) {
        host.advance(29'000);
        stream.receive("x");
    }
    EXPECT_FALSE(stream.gone);
    host.advance(30'000);
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(status_of_answer(stream.output), 408);
}

TEST_F(Timeout, values_come_from_the_site) {
    configure({{"timeouts", map({{"idle", 5'000}, {"head", 2'000}})}});
    FakeStream& idle = connect();
    FakeStream& slow = connect();
    slow.receive("G");
    host.advance(2'000);
    EXPECT_EQ(status_of_answer(slow.output), 408);
    host.advance(3'000);
    EXPECT_TRUE(idle.gone);
}

TEST_F(Timeout, of_draining_spares_the_next_request) {
    configure();
    FakeStream& idle = connect();
    FakeStream& busy = connect();
    idle.receive(kGet);
    idle.drain(host.now_ms + 3'600'000);
    busy.drain(host.now_ms + 3'600'000);
    host.advance(4'000);
    EXPECT_FALSE(idle.gone);
    busy.receive(kGet);
    EXPECT_NE(busy.output.find("Connection: close\r\n"), std::string::npos);
    EXPECT_TRUE(busy.gone);
    host.advance(1'000);
    EXPECT_TRUE(idle.gone);
    EXPECT_EQ(idle.output.find("Connection: close"), std::string::npos);
}

// The answer was sent before the body had come, and did not say that the connection would close.
TEST_F(Timeout, of_draining_ends_a_connection_that_becomes_idle_later) {
    configure();
    FakeStream& stream = connect();
    stream.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    EXPECT_EQ(body_of(stream.output), "hi");
    stream.drain(host.now_ms + 3'600'000);
    stream.receive("llo");
    EXPECT_FALSE(stream.gone);
    host.advance(5'000);
    EXPECT_TRUE(stream.gone);
}

TEST_F(Timeout, of_draining_is_no_longer_than_the_host_allows) {
    configure();
    FakeStream& idle = connect();
    idle.drain(host.now_ms + 100);
    host.advance(100);
    EXPECT_TRUE(idle.gone);
}

// Where HTTP/2 without TLS is spoken, too, the first bytes tell which version it is.
TEST_F(Timeout, counts_who_does_not_say_what_it_speaks) {
    configure({{"h2c", true}});
    FakeStream& idle = connect();
    FakeStream& slow = connect();
    slow.receive("PR");
    host.advance(10'000);
    EXPECT_TRUE(slow.gone);
    EXPECT_EQ(host.counter("berth_limit_hits_total{limit=\"head_timeout\"}"), 1u);
    host.advance(50'000);
    EXPECT_TRUE(idle.gone);
    EXPECT_EQ(host.counter("berth_limit_hits_total{limit=\"idle_timeout\"}"), 1u);
}

TEST_F(Timeout, of_draining_reaches_who_has_not_said_what_it_speaks) {
    configure({{"h2c", true}});
    FakeStream& idle = connect();
    FakeStream& late = connect();
    idle.drain(host.now_ms + 3'600'000);
    late.drain(host.now_ms + 3'600'000);
    host.advance(4'000);
    late.receive(kGet);
    EXPECT_NE(late.output.find("Connection: close\r\n"), std::string::npos);
    EXPECT_TRUE(late.gone);
    EXPECT_FALSE(idle.gone);
    host.advance(1'000);
    EXPECT_TRUE(idle.gone);
}

TEST_F(Timeout, of_the_date_is_one_second) {
    configure();
    FakeStream& stream = connect();
    host.advance(53'000);
    stream.receive(kGet);
    EXPECT_NE(stream.output.find("Date: Sun, 22 Nov 2026 08:59:00 GMT\r\n"), std::string::npos);
}

}  // namespace
}  // namespace berth::http
