#include "message_builder.h"

#include "websocket_module.h"

#include "berth/websocket.h"

#include <gtest/gtest.h>

#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace berth::websocket {
namespace {

using Kind = MessageBuilder::Outcome::Kind;

std::span<const uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string text_of(const MessageBuilder::Outcome& outcome) {
    return {outcome.message.begin(), outcome.message.end()};
}

FrameReader::Event piece(std::string_view text, bool first, bool last, uint64_t to_come = 0) {
    FrameReader::Event event;
    event.kind = FrameReader::Kind::kPiece;
    event.opcode = kText;
    event.first = first;
    event.last = last;
    event.to_come = to_come;
    event.bytes = bytes_of(text);
    return event;
}

class MessageBuilderTest : public ::testing::Test {
protected:
    WebSocketModule module;
    MessageBuilder builder{module, 10};
};

TEST_F(MessageBuilderTest, makes_a_message_of_its_pieces) {
    EXPECT_EQ(text_of(builder.add(piece("whole", true, true))), "whole");
    EXPECT_EQ(builder.add(piece("in ", true, false)).kind, Kind::kMore);
    EXPECT_EQ(builder.add(piece("", false, false)).kind, Kind::kMore);
    EXPECT_EQ(text_of(builder.add(piece("two", false, true))), "in two");
    builder.release();
    EXPECT_EQ(text_of(builder.add(piece("", true, true))), "");
}

TEST_F(MessageBuilderTest, takes_the_mask_off) {
    FrameReader::Event masked = piece("\x01\x02", true, true);
    const uint8_t key[] = {'`', '`', 0, 0};
    std::memcpy(&masked.mask, key, sizeof key);
    EXPECT_EQ(text_of(builder.add(masked)), "ab");
}

TEST_F(MessageBuilderTest, refuses_what_will_be_too_long) {
    EXPECT_EQ(builder.add(piece("1234567890", true, true)).kind, Kind::kWhole);
    const auto announced = builder.add(piece("1", true, false, 10));
    EXPECT_EQ(announced.code, BERTH_WS_TOO_BIG);
    EXPECT_STREQ(announced.limit, "websocket_message");
    EXPECT_EQ(builder.add(piece("123456", true, false)).kind, Kind::kMore);
    EXPECT_EQ(builder.add(piece("78901", false, true)).code, BERTH_WS_TOO_BIG);
}

TEST_F(MessageBuilderTest, refuses_text_at_the_byte_that_makes_it_none) {
    EXPECT_EQ(builder.add(piece("a\xff", true, false)).code, BERTH_WS_NOT_UTF8);
    EXPECT_EQ(builder.add(piece("\xc3", true, true)).code, BERTH_WS_NOT_UTF8);
}

}  // namespace
}  // namespace berth::websocket
