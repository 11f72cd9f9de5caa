// What a plain request costs: counted, not timed.
#include "http_fixture.h"
#include "support/allocations.h"
#include "support/h2_wire.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

namespace h2 = testing::h2;
using testing::allocations;

const std::string kGet =
    "GET /path?query HTTP/1.1\r\nHost: example.com\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n";

// Answers with prepared text, as hello does, and counts how often it is called.
class Plain {
public:
    explicit Plain(const berth_http_ext* http) : http_(http) {
        factory_.h = BERTH_HDR(berth_factory);
        factory_.kind = BERTH_HTTP_HANDLER_KIND;
        factory_.name = "plain";
        factory_.ops = &kOps;
    }
    const berth_factory& factory() const { return factory_; }
    uint64_t calls = 0;

private:
    static berth_status on_request(void* inst, berth_http_req* request) {
        static constexpr berth_header kType = {{"content-type", 12}, {"text/plain", 10}};
        const berth_http_resp response = {BERTH_HDR(berth_http_resp), 200, 0, &kType, 1, 0, 0};
        const berth_seg segment = sdk::permanent("Hello World");
        auto& self = *static_cast<Plain*>(inst);
        self.calls += 2;  // on_request and respond
        return self.http_->respond(request, &response, &segment, 1);
    }
    static constexpr berth_http_handler_ops kOps = {
        BERTH_HDR(berth_http_handler_ops), on_request, nullptr, nullptr, nullptr, nullptr, nullptr};

    const berth_http_ext* http_;
    berth_factory factory_{};
};

class Cost : public HttpFixture {
protected:
    Cost() : plain(http) {
        host.make_usable(plain.factory(), &plain);
        configure_sites(
            list({map({{"site", "s"}, {"listen", list({listen(0)})}, {"plain", map({})}})}));
        stream = &connect();
        stream->output.reserve(1 << 20);
        stream->kept.reserve(1 << 16);
        for (int i = 0; i < 3; ++i) {  // pools fill
            stream->receive(kGet);
        }
    }

    Plain plain;
    FakeStream* stream = nullptr;
};

class CostOfHttp2 : public HttpFixture {
protected:
    CostOfHttp2() : plain(http) {
        host.make_usable(plain.factory(), &plain);
        configure_sites(list({map(
            {{"site", "s"}, {"h2c", true}, {"listen", list({listen(0)})}, {"plain", map({})}})}));
        stream = &connect();
        stream->output.reserve(1 << 20);
        stream->kept.reserve(1 << 16);
    }

    Plain plain;
    FakeStream* stream = nullptr;
};

TEST_F(Cost, of_a_plain_request_is_four_crossings) {
    const uint64_t host_calls = host.calls, handler_calls = plain.calls;
    for (int i = 0; i < 100; ++i) {
        stream->receive(kGet);  // on_data
    }
    EXPECT_EQ(host.calls - host_calls, 100u);      // write
    EXPECT_EQ(plain.calls - handler_calls, 200u);  // on_request, respond
}

TEST_F(Cost, of_a_plain_request_is_no_allocation) {
    stream->receive(kGet);
    const uint64_t before = allocations();
    for (int i = 0; i < 100; ++i) {
        stream->receive(kGet);
    }
    // One each is the fake stream's copy of its input.
    EXPECT_EQ(allocations() - before, testing::kSeesAllocations ? 100u : 0u);
}

TEST_F(Cost, of_pipelined_requests_is_one_write_each_and_nothing_else) {
    std::string sixteen;
    for (int i = 0; i < 16; ++i) {
        sixteen += kGet;
    }
    stream->receive(sixteen);
    const uint64_t host_calls = host.calls, before = allocations();
    stream->receive(sixteen);
    EXPECT_EQ(host.calls - host_calls, 16u);
    EXPECT_EQ(allocations() - before, testing::kSeesAllocations ? 1u : 0u);
}

TEST_F(Cost, of_an_idle_connection_is_its_session_alone) {
    connect();
    const int64_t arenas = host.arenas_open;
    const uint64_t before = allocations();
    const auto idle = connect().output;
    EXPECT_EQ(host.arenas_open, arenas);
    EXPECT_LE(allocations() - before, 4u);  // the stream, its entry, the session
}

// Where a client names again what it has named before.
TEST_F(CostOfHttp2, is_no_allocation) {
    const std::string get = "\x82\x86\x84";
    stream->receive(h2::preface() + h2::headers(1, get + "\x41\x01" + "a"));
    const auto ask = [&](uint32_t from, uint32_t to) {
        for (uint32_t id = from; id < to; id += 2) {
            stream->receive(h2::headers(id, get + "\xbe"));
        }
    };
    ask(3, 21);  // pools fill
    const uint64_t before = allocations(), requests = plain.calls;
    ask(21, 221);
    EXPECT_EQ(plain.calls - requests, 200u);
    EXPECT_EQ(allocations() - before,
              testing::kSeesAllocations ? 100u : 0u);  // again the fake stream's
    EXPECT_FALSE(stream->gone);
}

}  // namespace
}  // namespace berth::http
