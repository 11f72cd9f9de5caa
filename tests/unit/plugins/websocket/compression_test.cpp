#include "message_deflate.h"
#include "websocket_fixture.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <string>
#include <string_view>
#include <vector>

namespace berth::websocket {
namespace {

using testing::field_of;

constexpr uint8_t kCompressedText = 0xc1;
constexpr std::string_view kOffer = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

class Compression : public WebSocketFixture {
protected:
    Compression() { options.flags = BERTH_WS_COMPRESS; }

    static std::string deflated(std::string_view text) {
        MessageDeflate deflate;
        std::vector<uint8_t> out;
        const std::span<const uint8_t> piece(reinterpret_cast<const uint8_t*>(text.data()),
                                             text.size());
        EXPECT_TRUE(deflate.deflate({&piece, 1}, 15, out));
        return {out.begin(), out.end()};
    }
    static std::string inflated(std::string_view message) {
        MessageDeflate deflate;
        std::vector<uint8_t> out;
        const std::span<const uint8_t> bytes(reinterpret_cast<const uint8_t*>(message.data()),
                                             message.size());
        EXPECT_EQ(deflate.inflate(bytes, 1 << 20, out), MessageDeflate::Outcome::kGood);
        return {out.begin(), out.end()};
    }
    // So many, not easy to compress.
    static std::string letters(size_t size) {
        std::string text;
        for (uint32_t n = 1; text.size() < size; n = n * 1'664'525 + 1'013'904'223) {
            text.push_back(static_cast<char>('a' + (n >> 28)));
        }
        return text;
    }
    // Bytes of the heap that each connection holds after a message.
    size_t held_by_one(std::string_view offer, const std::string& message) {
        constexpr size_t kConnections = 50;
        const size_t before = mallinfo2().uordblks;
        for (size_t i = 0; i < kConnections; ++i) {
            FakeStream& stream = open(offer);
            stream.receive(message);
            std::string().swap(stream.output);
            std::string().swap(stream.kept);
        }
        return (mallinfo2().uordblks - before) / kConnections;
    }
};

TEST_F(Compression, is_agreed_on_where_both_want_it) {
    open(kOffer);
    EXPECT_EQ(field_of(answer, "Sec-WebSocket-Extensions"),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    open();
    EXPECT_EQ(field_of(answer, "Sec-WebSocket-Extensions"), "(none)");
    options.flags = 0;
    FakeStream& stream = open(kOffer);
    EXPECT_EQ(field_of(answer, "Sec-WebSocket-Extensions"), "(none)");
    EXPECT_EQ(say(stream, ws::frame(kCompressedText, deflated("hi"))), "close 1002");
}

TEST_F(Compression, reads_compressed_messages_and_plain_ones) {
    FakeStream& stream = open(kOffer);
    EXPECT_EQ(say(stream, ws::frame(kCompressedText, deflated("hello")) + ws::text("plain")),
              "text hello; text plain");
    const std::string bytes = deflated("in two frames");
    EXPECT_EQ(
        say(stream,
            ws::frame(0x41, bytes.substr(0, 3)) + ws::ping("p") + ws::frame(0x80, bytes.substr(3))),
        "pong p; text in two frames");
}

// To everybody in a room, say: what sending gives back is not the message.
TEST_F(Compression, keeps_a_long_message_while_its_handler_sends_it_on) {
    const std::string text = letters(300'000);
    FakeStream& stream = open(kOffer);
    std::string seen;
    on_message = [&](uint32_t kind, std::string_view message) {
        EXPECT_EQ(send(kind, message), BERTH_OK);
        seen = message;
        return BERTH_OK;
    };
    stream.receive(ws::frame(kCompressedText, deflated(text)));
    EXPECT_TRUE(seen == text);
}

TEST_F(Compression, gives_back_the_memory_of_long_messages) {
    const auto held = [] { return mallinfo2().uordblks + mallinfo2().hblkhd; };
    const std::string long_message = ws::frame(kCompressedText, deflated(letters(300'000)));
    FakeStream& stream = open(kOffer);
    stream.receive(ws::frame(kCompressedText, deflated(letters(1'000))));
    const size_t before = held();
    stream.receive(long_message);
    std::string().swap(stream.output);
    std::string().swap(stream.kept);
    EXPECT_LT(held(), before + 64 * 1024);
}

TEST_F(Compression, compresses_what_becomes_shorter) {
    FakeStream& stream = open(kOffer);
    const std::string long_text(1000, 'x');
    stream.receive(ws::text(long_text));
    const std::vector<ws::Frame> frames = ws::take_frames(stream.output);
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].first, kCompressedText);
    EXPECT_LT(frames[0].payload.size(), 50u);
    EXPECT_EQ(inflated(frames[0].payload), long_text);
    std::string noise;
    for (uint32_t i = 0, x = 1; i < 1000; ++i, x = x * 1664525 + 1013904223) {
        noise.push_back(static_cast<char>(x >> 24));
    }
    EXPECT_EQ(say(stream, ws::binary(noise)), "binary " + noise);
}

TEST_F(Compression, checks_text_behind_it) {
    FakeStream& stream = open(kOffer);
    EXPECT_EQ(say(stream, ws::frame(kCompressedText, deflated("\xff"))), "close 1007");
    EXPECT_EQ(say(open(kOffer), ws::frame(kCompressedText, "\xff\xff")), "close 1007");
}

TEST_F(Compression, is_held_to_the_limits) {
    options.message_max = 100;
    EXPECT_EQ(say(open(kOffer), ws::frame(kCompressedText, deflated(std::string(101, 'x')))),
              "close 1009");
    options.message_max = 0;
    EXPECT_EQ(say(open(kOffer), ws::frame(kCompressedText, deflated(std::string(1 << 20, 'x')))),
              "close 1009");
    EXPECT_EQ(host.counter("berth_limit_hits_total{limit=\"websocket_message\"}"), 1u);
    EXPECT_EQ(host.counter("berth_limit_hits_total{limit=\"websocket_inflate\"}"), 1u);
}

// One block that is stored as it is, with its head and the end of the message.
TEST_F(Compression, may_make_a_message_of_the_longest_longer) {
    options.message_max = 100;
    const std::string text = letters(100);
    const std::string stored = std::string("\0\x64\0\x9b\xff", 5) + text + std::string(1, '\0');
    FakeStream& stream = open(kOffer);
    EXPECT_EQ(say(stream, ws::frame(kCompressedText, stored)), "text " + text);
    EXPECT_EQ(say(stream, ws::frame(kCompressedText, std::string(200, 'x'))), "close 1009");
}

TEST_F(Compression, costs_an_idle_connection_nothing) {
    if (mallinfo2().uordblks == 0) {
        GTEST_SKIP() << "the allocator of a sanitizer does not count";
    }
    std::string text;
    for (uint32_t i = 0, x = 1; i < 5000; ++i, x = x * 1664525 + 1013904223) {
        text.push_back(static_cast<char>(x >> 28 | 0x40));
    }
    const std::string packed = ws::frame(kCompressedText, deflated(text));
    say(open(kOffer), packed);  // what a worker keeps for all
    const size_t plain = held_by_one({}, ws::text(text));
    const size_t compressed = held_by_one(kOffer, packed);
    EXPECT_LE(compressed, plain + 256);
    EXPECT_LE(plain, 8 * 1024u);
}

}  // namespace
}  // namespace berth::websocket
