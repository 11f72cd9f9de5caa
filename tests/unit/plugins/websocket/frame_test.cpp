#include "frame.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace berth::websocket {
namespace {

std::string bytes_of(uint8_t opcode, bool rsv1, uint64_t length) {
    std::array<uint8_t, kServerHeadMax> out{};
    const size_t size = write_head(opcode, rsv1, length, out.data());
    return {reinterpret_cast<const char*>(out.data()), size};
}

TEST(Frame, writes_the_shortest_length) {
    EXPECT_EQ(bytes_of(kText, false, 5), "\x81\x05");
    EXPECT_EQ(bytes_of(kBinary, false, 125), "\x82\x7d");
    EXPECT_EQ(bytes_of(kBinary, false, 126), std::string("\x82\x7e\x00\x7e", 4));
    EXPECT_EQ(bytes_of(kBinary, false, 65535), "\x82\x7e\xff\xff");
    EXPECT_EQ(bytes_of(kBinary, false, 65536), std::string("\x82\x7f\0\0\0\0\0\1\0\0", 10));
    EXPECT_EQ(bytes_of(kText, true, 0), std::string("\xc1\0", 2));
}

// Every length around the words that are taken at a time, and every turn of the mask.
TEST(Frame, takes_masks_off) {
    const uint32_t mask = 0x04030201;  // 1, 2, 3, 4 in memory
    std::vector<uint8_t> masked(100), plain(100, 0xee);
    for (size_t i = 0; i < masked.size(); ++i) {
        masked[i] = static_cast<uint8_t>(i ^ (i % 4 + 1));
    }
    for (size_t begin = 0; begin < 9; ++begin) {
        for (size_t n = 0; begin + n <= masked.size(); ++n) {
            std::fill(plain.begin(), plain.end(), 0xee);
            unmask(masked.data() + begin, n, rotate_mask(mask, begin), plain.data());
            for (size_t i = 0; i < n; ++i) {
                ASSERT_EQ(plain[i], begin + i);
            }
            ASSERT_TRUE(n == plain.size() || plain[n] == 0xee);
        }
    }
}

}  // namespace
}  // namespace berth::websocket
