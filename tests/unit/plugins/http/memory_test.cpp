// Memory that is exhausted at any place ends a connection, not the worker.
#include "http_fixture.h"
#include "support/allocations.h"
#include "support/h2_wire.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

namespace h2 = testing::h2;

constexpr int kFewest = 10;  // allocations of what is received, at least

// The parameter is the allocation that fails; the first is the fake stream's own.
class MemoryExhausted : public HttpFixture, public ::testing::WithParamInterface<int> {
protected:
    MemoryExhausted() { handler.events.reserve(100); }  // what is not the plugin's does not fail

    static void receive(FakeStream& stream, const std::string& bytes) {
        stream.output.reserve(1 << 16);
        stream.kept.reserve(1 << 16);
        testing::fail_allocation(GetParam());
        stream.receive(bytes);
        EXPECT_TRUE(testing::has_failed_allocation() || GetParam() > kFewest ||
                    !testing::kSeesAllocations);
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
                "3\r\nabc\r\n0\r\nT: v\r\n\r\nBAD\r\n\r\n");
    EXPECT_TRUE(stream.gone);
    expect_service();
}

TEST_P(MemoryExhausted, of_streams_ends_their_connection_or_less) {
    configure({{"h2c", true}});
    FakeStream& stream = connect();
    receive(stream,
            h2::preface() + h2::headers(1, "\x82\x86\x84\x41\x01" + std::string("a")) +
                h2::headers(3, "\x82\x86\x84\xbe") + h2::headers(5, "\x82\x86\x84\xbe"));
    expect_service();
}

}  // namespace
}  // namespace berth::http
