// What HTTP/2 connections hold while nothing happens: bytes of the heap, counted by its allocator.
#include "h2_fixture.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <string>

namespace berth::http {
namespace {

constexpr uint32_t kStreams = 100;
// 12 KiB of it, in nghttp2's buffer for one frame, are never written to and cost no page.
constexpr size_t kIdleMax = 30 * 1024;
constexpr size_t kStalledMax = 1024;

size_t heap_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

std::string requests_without_windows() {
    std::string bytes = h2::preface({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0}});
    for (uint32_t i = 0; i < kStreams; ++i) {
        bytes += h2::request(2 * i + 1);
    }
    return bytes;
}

class H2MemoryHeld : public H2Fixture {
protected:
    void SetUp() override {
        if (heap_bytes() == 0) {
            GTEST_SKIP() << "the allocator of a sanitizer does not count";
        }
        open_h2().send(h2::request(1)).stream.reset();  // what a worker keeps for all
    }
    // Opens so many connections that send the same; returns what they hold.
    size_t held_by(size_t connections, std::string_view bytes) {
        const size_t before = heap_bytes();
        for (size_t i = 0; i < connections; ++i) {
            FakeStream& stream = connect();
            stream.receive(bytes);
            std::string().swap(stream.output);  // the fake's own
        }
        return heap_bytes() - before;
    }
};

TEST_F(H2MemoryHeld, by_an_idle_connection_is_a_session_and_no_arena) {
    const int64_t arenas = host.arenas_open;
    EXPECT_LE(held_by(100, h2::preface() + h2::request(1)), 100 * kIdleMax);
    EXPECT_EQ(host.arenas_open, arenas);
}

TEST_F(H2MemoryHeld, by_3000_stalled_streams_is_less_than_6_megabytes) {
    H2Client client = open_h2(requests_without_windows());
    EXPECT_EQ(client[1].status(), 200);
    EXPECT_FALSE(client[1].ended);
    EXPECT_LE(held_by(30, requests_without_windows()), 30 * (kIdleMax + kStreams * kStalledMax));
}

TEST_F(H2MemoryHeld, by_a_stream_is_no_body_once_it_is_answered) {
    handler.on_request = [this](berth_http_req* request) {
        http->body_pause(request, 1);
        return BERTH_OK;
    };
    H2Client client = open_h2(h2::preface({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0}}));
    const size_t before = heap_bytes();
    client.send(h2::request(1, h2::post(), 0));
    for (int i = 0; i < 4; ++i) {
        client.send(h2::data(1, std::string(16'000, 'x'), 0));
    }
    EXPECT_GE(heap_bytes() - before, 64'000u);
    reply(handler.last_request, "hi");
    host.run();
    client.read();
    std::string().swap(client.stream.output);
    std::string().swap(client.stream.kept);
    EXPECT_EQ(client[1].status(), 200);
    EXPECT_FALSE(client[1].ended);
    EXPECT_LE(heap_bytes() - before, 32'000u);
}

}  // namespace
}  // namespace berth::http
