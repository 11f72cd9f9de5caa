#include "message_deflate.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace berth::websocket {
namespace {

using Outcome = MessageDeflate::Outcome;
using Bytes = std::vector<uint8_t>;

std::span<const uint8_t> bytes(std::string_view text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class MessageDeflateTest : public ::testing::Test {
protected:
    Bytes deflated(std::string_view text, int window_bits = 15) {
        const std::span<const uint8_t> piece = bytes(text);
        Bytes out;
        EXPECT_TRUE(deflate.deflate({&piece, 1}, window_bits, out));
        return out;
    }
    std::string inflated(std::span<const uint8_t> message) {
        Bytes out;
        EXPECT_EQ(deflate.inflate(message, 1 << 20, out), Outcome::kGood);
        return {out.begin(), out.end()};
    }
    Outcome outcome_of(std::string_view message, uint64_t bytes_max = 1 << 20) {
        Bytes out;
        return deflate.inflate(bytes(message), bytes_max, out);
    }

    MessageDeflate deflate;
};

// RFC 7692 7.2.3.1, .2 and .4: the same text in one block, stored, and with a last block.
TEST_F(MessageDeflateTest, reads_the_examples_of_the_standard) {
    EXPECT_EQ(inflated(bytes("\xf2\x48\xcd\xc9\xc9\x07" + std::string(1, '\0'))), "Hello");
    EXPECT_EQ(inflated(bytes(std::string("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11))),
              "Hello");
    EXPECT_EQ(inflated(bytes(std::string("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8))), "Hello");
    EXPECT_EQ(
        inflated(bytes(std::string("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13))),
        "Hello");
    EXPECT_EQ(inflated(bytes(std::string("\x00", 1))), "");
}

TEST_F(MessageDeflateTest, writes_the_example_of_the_standard) {
    const Bytes out = deflated("Hello");
    EXPECT_EQ(std::string(out.begin(), out.end()), std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7));
    EXPECT_EQ(deflated("Hello"), out) << "one message knows nothing of another";
}

TEST_F(MessageDeflateTest, returns_what_it_was_given) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
        text += std::to_string(i * 7919) + ' ';
    }
    for (const int window : {9, 10, 15}) {
        EXPECT_EQ(inflated(deflated(text, window)), text);
    }
    const std::span<const uint8_t> pieces[] = {bytes("a"), bytes(""), bytes(text)};
    Bytes out;
    EXPECT_TRUE(deflate.deflate(pieces, 15, out));
    EXPECT_EQ(inflated(out), "a" + text);
}

TEST_F(MessageDeflateTest, refuses_what_is_broken) {
    EXPECT_EQ(outcome_of("\xff\xff\xff"), Outcome::kBroken);
    EXPECT_EQ(outcome_of("\x07"), Outcome::kBroken);
    EXPECT_EQ(inflated(deflated("next")), "next");
}

TEST_F(MessageDeflateTest, stops_at_the_limit) {
    const Bytes out = deflated(std::string(1000, 'x'));
    Bytes whole;
    EXPECT_EQ(deflate.inflate(out, 1000, whole), Outcome::kGood);
    EXPECT_EQ(deflate.inflate(out, 999, whole), Outcome::kTooLong);
}

TEST_F(MessageDeflateTest, refuses_bombs_before_they_burst) {
    Bytes whole;
    EXPECT_EQ(deflate.inflate(deflated(std::string(262'144, 'x')), 1 << 20, whole), Outcome::kGood);
    EXPECT_EQ(deflate.inflate(deflated(std::string(1 << 20, 'x')), 1 << 20, whole),
              Outcome::kTooDense);
    EXPECT_LT(whole.size(), 600'000u);
}

}  // namespace
}  // namespace berth::websocket
