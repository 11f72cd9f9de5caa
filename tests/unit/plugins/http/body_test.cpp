#include "http_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

const std::string kHost = "Host: a\r\n";

std::string post(const std::string& fields, const std::string& body) {
    return "POST / HTTP/1.1\r\n" + kHost + fields + "\r\n" + body;
}

class Body : public HttpFixture {
protected:
    // Answers with the body when it is complete.
    void echo() {
        handler.on_request = [](berth_http_req*) { return BERTH_OK; };
        handler.on_body = [this](berth_http_req* r, berth_rbuf* buffer, bool last) -> berth_status {
            handler.body.append(reinterpret_cast<const char*>(buffer->p), buffer->n);
            buffer->p += buffer->n;
            buffer->n = 0;
            return last ? reply(r, handler.body) : BERTH_OK;
        };
    }
};

TEST_F(Body, with_a_length_reaches_the_handler) {
    configure();
    echo();
    EXPECT_EQ(body_of(exchange(post("Content-Length: 5\r\n", "hello"))), "hello");
}

TEST_F(Body, in_chunks_reaches_the_handler_without_its_framing) {
    configure();
    echo();
    EXPECT_EQ(body_of(exchange(post("Transfer-Encoding: chunked\r\n",
                                    "3\r\nhel\r\n2;x\r\nlo\r\n0\r\nTrailer: v\r\n\r\n"))),
              "hello");
}

std::string trailers_of(const berth_http_req& request) {
    std::string text;
    for (uint32_t i = 0; i < request.n_trailers; ++i) {
        const berth_header& field = request.trailers[i];
        text.append(sdk::view(field.name)).append("=").append(sdk::view(field.value)).append(";");
    }
    return text;
}

TEST_F(Body, in_chunks_may_have_trailers) {
    configure();
    std::string seen;
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    handler.on_body = [&](berth_http_req* r, berth_rbuf* buffer, bool last) {
        buffer->p += buffer->n;
        buffer->n = 0;
        seen = trailers_of(*r);
        return last ? reply(r, "ok") : BERTH_OK;
    };
    const std::string request = post("Transfer-Encoding: chunked\r\n",
                                     "1\r\nx\r\n0\r\nX-Sum: 1\r\nEmpty:\r\nContent-Length: 9\r\n"
                                     "AUTHORIZATION: me\r\nspaced: \t a b \t\r\n\r\n");
    FakeStream& stream = connect();
    stream.receive_in_pieces(request + request, 1);
    EXPECT_EQ(seen, "x-sum=1;empty=;spaced=a b;");
    EXPECT_EQ(handler.destroys, 2u);
    exchange(post("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n"));
    EXPECT_EQ(seen, "");
}

TEST_F(Body, is_announced_to_the_handler) {
    configure();
    echo();
    handler.on_request = [](berth_http_req* r) {
        EXPECT_EQ(r->has_body, 1);
        EXPECT_EQ(r->content_length, 5u);
        return BERTH_OK;
    };
    exchange(post("Content-Length: 5\r\n", "hello"));
    EXPECT_EQ(handler.body, "hello");
}

TEST_F(Body, arriving_in_pieces_is_the_same) {
    configure();
    echo();
    FakeStream& stream = connect();
    stream.receive_in_pieces(post("Content-Length: 5\r\n", "hello"), 1);
    EXPECT_EQ(body_of(stream.output), "hello");
    handler.body.clear();
    FakeStream& chunked = connect();
    chunked.receive_in_pieces(
        post("Transfer-Encoding: chunked\r\n", "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"), 1);
    EXPECT_EQ(body_of(chunked.output), "hello");
}

TEST_F(Body, that_nobody_wants_is_dropped) {
    ScriptedHandler plain("plain", false);
    host.make_usable(plain.factory(), &plain);
    plain.on_request = [this](berth_http_req* r) { return reply(r, "ok"); };
    configure_sites(
        list({map({{"site", "s"}, {"listen", list({listen(0)})}, {"plain", map({})}})}));
    FakeStream& stream = connect();
    stream.receive(post("Content-Length: 5\r\n", "hello") + post("Content-Length: 0\r\n", ""));
    EXPECT_EQ(plain.requests, 2u);
    EXPECT_FALSE(stream.gone);
    EXPECT_TRUE(stream.kept.empty());
}

TEST_F(Body, may_follow_its_answer) {
    configure();
    FakeStream& stream = connect();
    stream.receive(post("Content-Length: 5\r\n", ""));
    EXPECT_EQ(status_of_answer(stream.output), 200);
    EXPECT_FALSE(stream.gone);
    stream.receive("hello" + post("Content-Length: 0\r\n", ""));
    EXPECT_EQ(handler.requests, 2u);
    EXPECT_EQ(handler.body, "");  // the handler had answered
}

TEST_F(Body, longer_than_the_limit_is_refused) {
    configure({{"limits", map({{"body", 10}})}});
    echo();
    EXPECT_EQ(status_of(post("Content-Length: 11\r\n", "")), 413);
    EXPECT_EQ(handler.requests, 0u);
    EXPECT_EQ(status_of(post("Content-Length: 10\r\n", "0123456789")), 200);
    handler.body.clear();
    FakeStream& stream = connect();
    stream.receive(post("Transfer-Encoding: chunked\r\n", "6\r\n012345\r\n6\r\n"));
    stream.receive("012345\r\n0\r\n\r\n");
    EXPECT_EQ(status_of_answer(stream.output), 413);
    EXPECT_TRUE(stream.gone);
}

TEST_F(Body, with_broken_framing_is_refused) {
    configure();
    echo();
    FakeStream& stream = connect();
    stream.receive(post("Transfer-Encoding: chunked\r\n", "3\r\nabcX\r\nGET / HTTP/1.1\r\n\r\n"));
    EXPECT_EQ(status_of_answer(stream.output), 400);
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(handler.requests, 1u);
}

TEST_F(Body, cut_short_aborts_the_exchange) {
    configure();
    echo();
    FakeStream& stream = connect();
    stream.receive(post("Content-Length: 5\r\n", "he"));
    stream.receive_end();
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(handler.aborts, 1u);
    EXPECT_EQ(stream.output, "");
}

TEST_F(Body, waits_while_the_handler_has_paused_it) {
    configure();
    echo();
    handler.on_request = [this](berth_http_req* r) {
        http->body_pause(r, 1);
        return BERTH_OK;
    };
    FakeStream& stream = connect();
    stream.receive(post("Content-Length: 5\r\n", "hel"));
    EXPECT_TRUE(stream.paused);
    EXPECT_EQ(handler.body, "");
    stream.receive("lo");
    EXPECT_EQ(handler.body, "");
    http->body_pause(handler.last_request, 0);
    host.run();
    EXPECT_EQ(body_of(stream.output), "hello");
    EXPECT_FALSE(stream.paused);
}

TEST_F(Body, that_was_paused_is_dropped_once_there_is_an_answer) {
    configure();
    handler.on_body = [](berth_http_req*, berth_rbuf*, bool) { return BERTH_OK; };
    handler.on_request = [this](berth_http_req* r) {
        http->body_pause(r, 1);
        return r->method == BERTH_M_GET ? reply(r, "next") : BERTH_OK;
    };
    FakeStream& stream = connect();
    stream.receive(post("Content-Length: 5\r\n", "hel"));
    EXPECT_TRUE(stream.paused);
    EXPECT_EQ(reply(handler.last_request, "no"), BERTH_OK);
    host.run();
    EXPECT_FALSE(stream.paused);
    stream.receive("loGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(stream.output.ends_with("next"));
}

TEST_F(Body, that_the_handler_leaves_comes_again) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    handler.on_body = [this](berth_http_req* r, berth_rbuf* buffer, bool last) -> berth_status {
        if (buffer->n > 2) {
            handler.body.append(reinterpret_cast<const char*>(buffer->p), 2);
            buffer->p += 2;
            buffer->n -= 2;
            return BERTH_OK;
        }
        handler.body.append(reinterpret_cast<const char*>(buffer->p), buffer->n);
        buffer->n = 0;
        return last ? reply(r, handler.body) : BERTH_OK;
    };
    FakeStream& stream = connect();
    stream.receive(post("Content-Length: 6\r\n", "abcd"));
    stream.receive("e");
    stream.receive("f");
    EXPECT_EQ(body_of(stream.output), "abcdef");
}

TEST_F(Body, is_asked_for_when_the_client_waits) {
    configure();
    echo();
    FakeStream& stream = connect();
    stream.receive(post("Content-Length: 5\r\nExpect: 100-continue\r\n", ""));
    EXPECT_EQ(stream.output, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.receive("hello");
    EXPECT_EQ(status_of_answer(stream.output.substr(25)), 200);
    EXPECT_FALSE(stream.gone);
}

TEST_F(Body, is_not_asked_for_when_it_is_there_or_refused) {
    configure();
    echo();
    const std::string expecting = "Content-Length: 5\r\nExpect: 100-continue\r\n";
    EXPECT_EQ(status_of(post(expecting, "hello")), 200);
    handler.on_request = [this](berth_http_req* r) { return reply(r, "no"); };
    FakeStream& stream = connect();
    stream.receive(post(expecting, ""));
    EXPECT_EQ(status_of_answer(stream.output), 200);
    EXPECT_TRUE(stream.gone);  // the body may come or not: nobody can tell
}

TEST_F(Body, that_is_not_there_is_not_waited_for) {
    configure();
    for (const char* length : {"", "Content-Length: 0\r\n"}) {
        FakeStream& stream = connect();
        stream.receive(post(length + std::string("Expect: 100-continue\r\n"), ""));
        EXPECT_EQ(status_of_answer(stream.output), 200);
        EXPECT_FALSE(stream.gone);
    }
}

TEST_F(Body, refused_by_the_handler_gets_its_status) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    handler.on_body = [](berth_http_req*, berth_rbuf*, bool) { return BERTH_E_LIMIT; };
    EXPECT_EQ(status_of(post("Content-Length: 5\r\n", "hello")), 413);
    handler.on_body = [](berth_http_req*, berth_rbuf*, bool) { return BERTH_E_FAIL; };
    EXPECT_EQ(status_of(post("Content-Length: 5\r\n", "hello")), 500);
}

}  // namespace
}  // namespace berth::http
