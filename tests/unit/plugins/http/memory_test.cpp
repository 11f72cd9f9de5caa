// Memory that is exhausted at any place ends a connection, not the worker.
#include "http_fixture.h"
#include "support/h2_wire.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <optional>
#include <string>

namespace {
std::optional<int> left;  // allocations until one fails
}  // namespace

void* operator new(size_t size) {
    if (left && (*left)-- == 0) {
        left.reset();
        throw std::bad_alloc();
    }
    void* memory = std::malloc(size != 0 ? size : 1);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
    std::free(memory);
}

namespace berth::http {
namespace {

namespace h2 = testing::h2;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kFailsAllocations = false;  // the sanitizer's own operator new is called
#else
constexpr bool kFailsAllocations = true;
#endif
constexpr int kFewest = 10;  // allocations of what is received, at least

// The parameter is the allocation that fails; the first is the fake stream's own.
class ExhaustedMemory : public HttpFixture, public ::testing::WithParamInterface<int> {
protected:
    ExhaustedMemory() { handler.events.reserve(100); }  // what is not the plugin's does not fail

    static void receive(FakeStream& stream, const std::string& bytes) {
        stream.output.reserve(1 << 16);
        stream.kept.reserve(1 << 16);
        left = GetParam();
        stream.receive(bytes);
        const bool failed = !std::exchange(left, std::nullopt);
        EXPECT_TRUE(failed || GetParam() > kFewest || !kFailsAllocations);
    }
    void expect_service() { EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 200); }
};
INSTANTIATE_TEST_SUITE_P(Each, ExhaustedMemory, ::testing::Range(1, 30));

std::string many_fields() {
    std::string fields;
    for (int i = 0; i < 50; ++i) {
        fields += "X-Field-" + std::to_string(i) + ": value\r\n";
    }
    return fields;
}

TEST_P(ExhaustedMemory, of_requests_ends_their_connection) {
    configure();
    FakeStream& stream = connect();
    receive(stream,
            "GET /a HTTP/1.1\r\nHost: a\r\n" + many_fields() +
                "\r\nPOST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                "3\r\nabc\r\n0\r\nT: v\r\n\r\nBAD\r\n\r\n");
    EXPECT_TRUE(stream.gone);
    expect_service();
}

TEST_P(ExhaustedMemory, of_streams_ends_their_connection_or_less) {
    configure({{"h2c", true}});
    FakeStream& stream = connect();
    receive(stream,
            h2::preface() + h2::headers(1, "\x82\x86\x84\x41\x01" + std::string("a")) +
                h2::headers(3, "\x82\x86\x84\xbe") + h2::headers(5, "\x82\x86\x84\xbe"));
    expect_service();
}

}  // namespace
}  // namespace berth::http
