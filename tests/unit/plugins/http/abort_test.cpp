#include "http_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

class Abort : public HttpFixture {
protected:
    using Story = std::vector<std::string>;
};

TEST_F(Abort, reaches_the_handler_once_and_before_destroy) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    FakeStream& stream = connect();
    stream.receive(kGet);
    stream.reset();
    EXPECT_EQ(handler.events, (Story{"request /", "abort", "destroy"}));
}

TEST_F(Abort, makes_every_later_call_answer_gone) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    const berth_http_handler_ops* ops =
        static_cast<const berth_http_handler_ops*>(handler.factory().ops);
    ASSERT_NE(ops->on_abort, nullptr);
    FakeStream& stream = connect();
    stream.receive(kGet);
    berth_http_req* request = handler.last_request;
    ASSERT_EQ(http->abort(request, BERTH_E_FAIL), BERTH_OK);
    host.run();
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(handler.events, (Story{"request /", "abort", "destroy"}));
    EXPECT_EQ(stream.output, "");
}

TEST_F(Abort, by_the_handler_inside_its_call_is_told_after_it) {
    configure();
    handler.on_request = [this](berth_http_req* r) {
        EXPECT_EQ(http->abort(r, BERTH_E_FAIL), BERTH_OK);
        EXPECT_EQ(handler.aborts, 0u);
        return BERTH_OK;
    };
    connect().receive(kGet);
    EXPECT_EQ(handler.events, (Story{"request /", "abort", "destroy"}));
}

TEST_F(Abort, does_not_concern_an_answered_exchange) {
    configure();
    FakeStream& stream = connect();
    stream.receive(kGet);
    stream.reset();
    EXPECT_EQ(handler.aborts, 0u);
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(Abort, may_come_between_answer_and_wakeup) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    FakeStream& stream = connect();
    stream.receive(kGet);
    reply(handler.last_request, "late");
    stream.reset();  // before the loop's top
    EXPECT_EQ(handler.aborts, 0u);
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(Abort, retires_the_ticket) {
    configure();
    handler.on_request = [this](berth_http_req* r) {
        const berth_ticket ticket = http->ticket(r);
        EXPECT_NE(ticket, 0u);
        EXPECT_EQ(http->ticket(r), ticket);
        return BERTH_OK;
    };
    FakeStream& stream = connect();
    stream.receive(kGet);
    EXPECT_EQ(host.tickets_open, 1);
    stream.reset();
    EXPECT_EQ(host.tickets_open, 0);
}

// A conversation with everything in it, given up after each byte of it, by either side.
TEST_F(Abort, at_any_byte_ends_every_exchange_exactly_once) {
    configure();
    const std::string talk =
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: "
        "v\r\n\r\n"
        "POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc"
        "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    handler.on_request = [this](berth_http_req* r) {
        const berth_http_resp response = {
            BERTH_HDR(berth_http_resp), 200, 0, nullptr, 0, 0, BERTH_LENGTH_UNKNOWN};
        return r->has_body != 0 ? BERTH_OK : http->start(r, &response);
    };
    handler.on_body = [this](berth_http_req* r, berth_rbuf* buffer, bool last) -> berth_status {
        buffer->n = 0;
        return last ? reply(r, "done") : BERTH_OK;
    };
    const auto end_answer = [this] {
        if (handler.last_request != nullptr && handler.last_request->has_body == 0) {
            http->end(handler.last_request, nullptr, 0);
            host.run();
        }
    };
    for (size_t cut = 0; cut <= talk.size(); ++cut) {
        for (const bool half_close : {false, true}) {
            FakeStream& stream = connect();
            for (size_t i = 0; i < cut && !stream.closing; ++i) {
                stream.receive(talk.substr(i, 1));
                end_answer();
            }
            if (half_close && !stream.gone) {
                stream.receive_end();
                end_answer();
            }
            stream.reset();
            ASSERT_EQ(handler.requests, handler.destroys) << cut;
        }
    }
    EXPECT_GT(handler.aborts, 0u);
}

}  // namespace
}  // namespace berth::http
