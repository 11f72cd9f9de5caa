// Memory that is exhausted at any place ends a connection, not the worker.
#include "http_fixture.h"
#include "support/allocations.h"
#include "support/h2_wire.h"
#include "tunnel_user.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

namespace h2 = testing::h2;

// The parameter is the allocation that fails; the first is the fake stream's own.
class MemoryExhausted : public HttpFixture, public ::testing::WithParamInterface<int> {
protected:
    MemoryExhausted() { handler.events.reserve(100); }  // what is not the plugin's does not fail

    // fewest: allocations of what is received, at least.
    static void receive(FakeStream& stream, const std::string& bytes, int fewest) {
        stream.output.reserve(1 << 16);
        stream.kept.reserve(1 << 16);
        testing::fail_allocation(GetParam());
        stream.receive(bytes);
        EXPECT_TRUE(testing::has_failed_allocation() || GetParam() >= fewest ||
                    !testing::kSeesAllocations);
    }
    std::string answer_of_http2() {
        FakeStream& stream = connect();
        stream.receive(h2::preface() + h2::headers(1, "\x82\x86\x84\x41\x01" + std::string("a")));
        return stream.output;
    }
    void expect_service() { EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 200); }
};
INSTANTIATE_TEST_SUITE_P(Memory, MemoryExhausted, ::testing::Range(1, 30));

std::string many_fields() {
    std::string fields;
    for (int i = 0; i < 50; ++i) {
        fields += "X-Field-" + std::to_string(i) + ": value\r\n";
    }
    return fields;
}

TEST_P(MemoryExhausted, of_requests_ends_their_connection) {
    configure();
    FakeStream& stream = connect();
    receive(stream,
            "GET /a HTTP/1.1\r\nHost: a\r\n" + many_fields() +
                "\r\nPOST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                "3\r\nabc\r\n0\r\nT: v\r\n\r\nBAD\r\n\r\n",
            10);
    EXPECT_TRUE(stream.gone);
    expect_service();
}

TEST_P(MemoryExhausted, of_streams_ends_their_connection_or_less) {
    configure({{"h2c", true}});
    FakeStream& stream = connect();
    receive(stream,
            h2::preface() + h2::headers(1, "\x82\x86\x84\x41\x01" + std::string("a")) +
                h2::headers(3, "\x82\x86\x84\xbe") + h2::headers(5, "\x82\x86\x84\xbe"),
            10);
    stream.reset();
    const std::string answer = answer_of_http2();  // with nothing of the other connection
    EXPECT_EQ(answer_of_http2(), answer);
}

// Its user writes, closes and is told of the end.
class MemoryExhaustedByTunnel : public MemoryExhausted {
protected:
    MemoryExhaustedByTunnel() {
        told_.events.reserve(10);
        told_.data.reserve(100);
        told_.on_data = [this] { tunnel_->ops->close(tunnel_, write(), 1); };
        handler.on_request = [this](berth_http_req* request) { return upgrade(request); };
    }
    void expect_service() {
        handler.on_request = [this](berth_http_req* request) { return reply(request, "ok"); };
        MemoryExhausted::expect_service();
    }

private:
    berth_status upgrade(berth_http_req* request) {
        const berth_http_resp response{BERTH_HDR(berth_http_resp), 101, 0, nullptr, 0, 0, 0};
        const berth_status status = http->upgrade(request, sdk::sv("tunnel"), &response, &tunnel_);
        if (status >= 0) {
            tunnel_->ops->set_user(tunnel_, &TunnelUser::kCallbacks, &told_);
        }
        return status;
    }
    berth_status write() {
        const berth_seg segments[] = {sdk::copied(long_), sdk::copied("b"), sdk::copied(long_)};
        return tunnel_->ops->write(tunnel_, segments, 3, 0);
    }

    const std::string long_ = std::string(5'000, 'x');
    TunnelUser told_;
    berth_stream* tunnel_ = nullptr;
};
INSTANTIATE_TEST_SUITE_P(Memory, MemoryExhaustedByTunnel, ::testing::Range(1, 30));

TEST_P(MemoryExhaustedByTunnel, of_http1_ends_its_connection) {
    configure();
    FakeStream& stream = connect();
    receive(stream,
            "GET /u HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tunnel\r\n" +
                many_fields() + "\r\ndata",
            5);
    stream.reset();
    expect_service();
}

TEST_P(MemoryExhaustedByTunnel, of_http2_ends_its_connection_or_less) {
    configure({{"h2c", true}});
    FakeStream& stream = connect();
    receive(stream,
            h2::preface() +
                h2::request(1,
                            {{":method", "CONNECT"},
                             {":protocol", "tunnel"},
                             {":scheme", "http"},
                             {":path", "/u"},
                             {":authority", "a"}},
                            0) +
                h2::data(1, "data", 0),
            10);
    stream.reset();
    expect_service();
}

}  // namespace
}  // namespace berth::http
