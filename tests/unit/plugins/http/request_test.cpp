#include "http_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

class Request : public HttpFixture {};

TEST_F(Request, is_answered_with_framing_date_and_server) {
    configure();
    EXPECT_EQ(exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
              "HTTP/1.1 200 OK\r\n"
              "Server: Berth\r\n"
              "Date: Sun, 22 Nov 2026 08:58:07 GMT\r\n"
              "content-type: text/plain\r\n"
              "Content-Length: 2\r\n"
              "\r\n"
              "hi");
}

TEST_F(Request, reaches_the_handler_taken_apart) {
    configure();
    handler.on_request = [&](berth_http_req* r) {
        EXPECT_EQ(r->version, 11);
        EXPECT_EQ(r->method, BERTH_M_POST);
        EXPECT_EQ(r->secure, 0);
        EXPECT_EQ(sdk::view(r->method_sv), "POST");
        EXPECT_EQ(sdk::view(r->scheme), "http");
        EXPECT_EQ(sdk::view(r->authority), "example.com:8080");
        EXPECT_EQ(sdk::view(r->path), "/a b/d");
        EXPECT_EQ(sdk::view(r->query), "x=%20&y");
        EXPECT_EQ(sdk::view(r->raw_target), "/a%20b/c/../d?x=%20&y");
        EXPECT_EQ(r->n_headers, 4u);
        EXPECT_EQ(sdk::view(r->headers[2].name), "x-mixed");
        EXPECT_EQ(sdk::view(r->headers[2].value), "Kept As Is");
        EXPECT_EQ(sdk::view(berth_known(r, BERTH_H_USER_AGENT)), "t");
        EXPECT_EQ(berth_known(r, BERTH_H_COOKIE).p, nullptr);
        EXPECT_EQ(r->content_length, BERTH_LENGTH_UNKNOWN);
        EXPECT_EQ(r->has_body, 0);
        return reply(r, "");
    };
    exchange(
        "POST /a%20b/c/../d?x=%20&y HTTP/1.1\r\nHost: Example.COM:8080\r\nUser-Agent: t\r\n"
        "X-Mixed: \t Kept As Is \r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(handler.requests, 1u);
}

TEST_F(Request, keeps_every_occurrence_of_a_repeated_field) {
    configure();
    handler.on_request = [&](berth_http_req* r) {
        EXPECT_EQ(sdk::view(berth_known(r, BERTH_H_COOKIE)), "a=1");
        EXPECT_EQ(sdk::view(r->headers[2].value), "b=2");
        return reply(r, "");
    };
    exchange("GET / HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\ncookie: b=2\r\n\r\n");
    EXPECT_EQ(handler.requests, 1u);
}

TEST_F(Request, of_any_method_reaches_the_handler) {
    configure();
    EXPECT_EQ(status_of("BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
}

TEST_F(Request, in_absolute_form_is_the_same_request) {
    configure();
    handler.on_request = [&](berth_http_req* r) {
        EXPECT_EQ(sdk::view(r->path), "/x");
        EXPECT_EQ(sdk::view(r->authority), "example.com");
        return reply(r, "");
    };
    EXPECT_EQ(status_of("GET http://Example.com/x HTTP/1.1\r\nHost: example.com\r\n\r\n"), 200);
    EXPECT_EQ(status_of("GET http://example.com/x HTTP/1.0\r\n\r\n"), 200);
    EXPECT_EQ(status_of("GET http://other.com/x HTTP/1.1\r\nHost: example.com\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET http://u@example.com/x HTTP/1.1\r\nHost: example.com\r\n\r\n"), 400);
}

TEST_F(Request, for_the_server_itself_is_answered_without_a_handler) {
    configure();
    const std::string answer = exchange("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of_answer(answer), 204);
    EXPECT_NE(answer.find("Allow: GET, HEAD,"), std::string::npos);
    EXPECT_EQ(answer.find("Content-Length"), std::string::npos);
    EXPECT_EQ(status_of("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(Request, to_trace_or_connect_is_refused) {
    configure();
    EXPECT_EQ(status_of("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
    EXPECT_EQ(status_of("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(Request, refused_closes_the_connection_behind_its_answer) {
    configure();
    FakeStream& stream = connect();
    stream.receive("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of_answer(stream.output), 400);
    EXPECT_NE(stream.output.find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(stream.output.find("200 OK"), std::string::npos);
    EXPECT_TRUE(stream.gone);
    EXPECT_TRUE(stream.linger);
    EXPECT_EQ(host.counter("berth_http_refused_total{status=\"400\"}"), 1u);
}

// What is still to come of its body must not take the answer away (RFC 9112 9.6).
TEST_F(Request, refused_for_its_target_takes_the_rest_of_its_body) {
    configure();
    FakeStream& stream = connect();
    stream.receive("POST /%zz HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhel");
    EXPECT_EQ(status_of_answer(stream.output), 400);
    EXPECT_TRUE(stream.linger);
}

TEST_F(Request, keeps_the_connection_as_its_version_and_fields_say) {
    struct Case {
        const char* head;
        bool kept;
        const char* connection;
    };
    const Case cases[] = {
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true, nullptr},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false, "close"},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n\r\n", true, nullptr},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, CLOSE\r\n\r\n", false, "close"},
        {"GET / HTTP/1.0\r\n\r\n", false, "close"},
        {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true, "keep-alive"},
    };
    configure();
    for (const Case& c : cases) {
        FakeStream& stream = connect();
        stream.receive(c.head);
        EXPECT_EQ(status_of_answer(stream.output), 200) << c.head;
        EXPECT_EQ(stream.gone, !c.kept) << c.head;
        const bool said = stream.output.find("Connection: ") != std::string::npos;
        EXPECT_EQ(said, c.connection != nullptr) << c.head;
        if (c.connection != nullptr) {
            EXPECT_NE(stream.output.find("Connection: " + std::string(c.connection) + "\r\n"),
                      std::string::npos);
        }
    }
}

TEST_F(Request, followed_by_the_end_of_input_is_still_answered) {
    configure();
    FakeStream& stream = connect();
    stream.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    stream.receive_end();
    EXPECT_EQ(status_of_answer(stream.output), 200);
    EXPECT_TRUE(stream.gone);
}

TEST_F(Request, still_being_handled_at_the_end_of_input_is_answered_later) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    FakeStream& stream = connect();
    stream.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    stream.receive_end();
    ASSERT_FALSE(stream.gone);
    reply(handler.last_request, "late");
    host.run();
    EXPECT_EQ(body_of(stream.output), "late");
    EXPECT_TRUE(stream.gone);
}

TEST_F(Request, may_follow_two_empty_lines) {
    configure();
    EXPECT_EQ(status_of("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
    EXPECT_EQ(status_of("\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

TEST_F(Request, is_counted_by_class_of_status) {
    configure();
    exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    exchange("nonsense\r\n\r\n");
    EXPECT_EQ(host.counter("berth_http_requests_total{site=\"test\",code=\"2xx\"}"), 2u);
    EXPECT_EQ(host.counter("berth_http_requests_total{site=\"test\",code=\"4xx\"}"), 1u);
}

TEST_F(Request, stamps_the_instance_that_runs) {
    configure();
    uint32_t seen = 0;
    host.stamp = 77;
    handler.on_request = [&](berth_http_req* r) {
        seen = host.stamp;
        return reply(r, "");
    };
    exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(seen, 1u);
    EXPECT_EQ(host.stamp, 77u);
}

}  // namespace
}  // namespace berth::http
