// Memory that is exhausted at any place ends a WebSocket, not the worker.
#include "support/allocations.h"
#include "websocket_fixture.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <new>
#include <string>
#include <string_view>

namespace berth::websocket {
namespace {

constexpr uint32_t kPieces = 20;  // of an answer: more than usual
constexpr std::string_view kDeflate = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

// The parameter is the allocation that fails; the first is the fake stream's own.
class MemoryExhausted : public WebSocketFixture, public ::testing::WithParamInterface<int> {
protected:
    MemoryExhausted() {
        pieces_.fill(sdk::permanent("ten letters"));
        for (berth_seg& piece : pieces_) {
            piece.kind = BERTH_SEG_OWNED;
            piece.v.owner = &owner_;
        }
        options.flags = BERTH_WS_COMPRESS;
        closes.reserve(10);  // what is not the plugin's does not fail
        on_message = [this](uint32_t kind, std::string_view) { return answer_in_pieces(kind); };
    }

    // fewest: allocations of what happens, at least.
    static void fail_in(FakeStream& stream, int fewest, const std::function<void()>& happens) {
        stream.output.reserve(1 << 16);
        stream.kept.reserve(1 << 16);
        testing::fail_allocation(GetParam());
        happens();
        EXPECT_TRUE(testing::has_failed_allocation() || GetParam() >= fewest ||
                    !testing::kSeesAllocations);
    }
    void expect_service() {
        on_message = [this](uint32_t kind, std::string_view text) { return send(kind, text); };
        EXPECT_EQ(say(open(), ws::text("still")), "text still");
    }

    // Counts the references to what was sent.
    struct Owner : berth_owner {
        Owner() : berth_owner{retain, release} {}
        static void retain(berth_owner* owner) { ++static_cast<Owner*>(owner)->references; }
        static void release(berth_owner* owner) { --static_cast<Owner*>(owner)->references; }
        uint32_t references = 0;
    };
    Owner owner_;

private:
    berth_status answer_in_pieces(uint32_t kind) {
        owner_.references += kPieces;
        return websocket->send(connection, kind, pieces_.data(), kPieces);
    }

    std::array<berth_seg, kPieces> pieces_;
};
INSTANTIATE_TEST_SUITE_P(Memory, MemoryExhausted, ::testing::Range(1, 20));

TEST_P(MemoryExhausted, of_a_handshake_ends_its_connection) {
    FakeStream& stream = connect();
    const std::string handshake = ws::handshake(kDeflate);
    fail_in(stream, 5, [&] { stream.receive(handshake); });
    stream.reset();
    expect_service();
}

TEST_P(MemoryExhausted, of_messages_ends_their_connection) {
    FakeStream& stream = open(kDeflate);
    const std::string messages = ws::frame(1, std::string(500, 'a')) + ws::frame(0, "b") +
                                 ws::ping("p") + ws::frame(ws::kFin, "c") +
                                 ws::close(1000, "a reason that is no short text");
    fail_in(stream, 3, [&] { stream.receive(messages); });
    stream.reset();
    EXPECT_EQ(owner_.references, 0u);
    EXPECT_EQ(handler.destroys, 1u);
    expect_service();
}

// The handler's functions are called inside those of the stream.
class MemoryExhaustedByHandler : public WebSocketFixture {
protected:
    static void fail() { throw std::bad_alloc(); }
};

TEST_F(MemoryExhaustedByHandler, ends_its_connection) {
    on_message = [](uint32_t, std::string_view) -> berth_status { throw std::bad_alloc(); };
    FakeStream& stream = open();
    stream.receive(ws::text("a"));
    EXPECT_EQ(stream.close_why, BERTH_E_NOMEM);
    EXPECT_TRUE(stream.gone);
}

TEST_F(MemoryExhaustedByHandler, that_goes_on_ends_its_connection) {
    on_writable = fail;
    FakeStream& stream = open();
    stream.high_watermark = 1;
    stream.receive(ws::text("a"));
    stream.read_output();
    EXPECT_EQ(stream.close_why, BERTH_E_NOMEM);
    EXPECT_TRUE(stream.gone);
}

}  // namespace
}  // namespace berth::websocket
