#include "config/utf8.h"

#include <gtest/gtest.h>

#include <string_view>

namespace berth {
namespace {

TEST(Utf8, well_formed_sequences_have_their_length) {
    EXPECT_EQ(utf8_length("a"), 1u);
    EXPECT_EQ(utf8_length("\xc3\xa4"), 2u);
    EXPECT_EQ(utf8_length("\xe6\x97\xa5"), 3u);
    EXPECT_EQ(utf8_length("\xf0\x9f\x98\x80"), 4u);
    EXPECT_EQ(utf8_length("\xf4\x8f\xbf\xbf"), 4u);
    EXPECT_EQ(utf8_length(std::string_view("\0", 1)), 1u);
}

TEST(Utf8, everything_else_has_none) {
    for (const std::string_view text : {"",
                                        "\x80",              // no lead
                                        "\xc3",              // cut off
                                        "\xe6\x97",          // cut off
                                        "\xc0\xaf",          // overlong
                                        "\xe0\x80\xaf",      // overlong
                                        "\xf0\x80\x80\xaf",  // overlong
                                        "\xed\xa0\x80",      // a surrogate
                                        "\xf4\x90\x80\x80",  // above U+10FFFF
                                        "\xf5\x80\x80\x80",
                                        "\xff"}) {
        EXPECT_EQ(utf8_length(text), 0u) << testing::PrintToString(text);
    }
}

TEST(Utf8, characters_are_counted_and_stray_bytes_are_one_each) {
    EXPECT_EQ(utf8_count(""), 0u);
    EXPECT_EQ(utf8_count("Gr\xc3\xbc\xc3\x9f"
                         "e"),
              5u);
    EXPECT_EQ(utf8_count("a\xff\xfe"
                         "b"),
              4u);
}

}  // namespace
}  // namespace berth
