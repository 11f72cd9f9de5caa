#include "byte_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

bool is_visible(int byte) {
    return byte > 0x20 && byte < 0x7f;
}

bool is_value(int byte) {
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

TEST(ByteScan, finds_every_byte_at_every_place) {
    for (size_t size = 1; size <= 40; ++size) {  // below, at and above two blocks
        for (size_t at = 0; at < size; ++at) {
            std::string text(size, 'a');
            for (int byte = 0; byte < 256; ++byte) {
                text[at] = static_cast<char>(byte);
                ASSERT_EQ(all_visible(text), is_visible(byte)) << byte << " at " << at;
                ASSERT_EQ(is_field_value(text), is_value(byte)) << byte << " at " << at;
            }
        }
    }
}

TEST(ByteScan, has_nothing_against_an_empty_text) {
    EXPECT_TRUE(all_visible(""));
    EXPECT_TRUE(is_field_value(""));
}

}  // namespace
}  // namespace berth::http
