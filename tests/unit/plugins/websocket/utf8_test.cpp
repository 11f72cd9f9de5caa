#include "utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace berth::websocket {
namespace {

std::span<const uint8_t> bytes(std::string_view text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

TEST(Utf8, accepts_text) {
    const std::string long_text(100, 'x');
    for (const std::string& text : {std::string(),
                                    std::string("\0\x7f", 2),
                                    std::string("κόσμε"),
                                    std::string("\xc2\x80\xdf\xbf"),
                                    std::string("\xe0\xa0\x80\xef\xbf\xbf\xed\x9f\xbf\xee\x80\x80"),
                                    std::string("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"),
                                    long_text + "ä" + long_text}) {
        EXPECT_TRUE(is_utf8(bytes(text))) << text;
    }
}

TEST(Utf8, refuses_what_is_none) {
    for (const char* text : {"\x80",
                             "\xbf",
                             "\xc0\xaf",
                             "\xc1\xbf",
                             "\xe0\x9f\xbf",
                             "\xf0\x8f\xbf\xbf",
                             "\xed\xa0\x80",
                             "\xed\xbf\xbf",
                             "\xf4\x90\x80\x80",
                             "\xf5\x80\x80\x80",
                             "\xfe",
                             "\xff",
                             "\xc3(",
                             "a\xc3",
                             "\xe2\x82",
                             "\xf0\x9f\x98",
                             "0123456789abcdef\x80"}) {
        EXPECT_FALSE(is_utf8(bytes(text))) << text;
    }
}

TEST(Utf8, says_no_as_soon_as_it_is_certain) {
    Utf8Check check;
    EXPECT_TRUE(check.add(bytes("\xf4")));
    EXPECT_FALSE(check.is_complete());
    EXPECT_FALSE(check.add(bytes("\x90")));
}

TEST(Utf8, goes_on_from_one_piece_to_the_next) {
    const std::string text = "aκόσμε\xf0\x9f\x98\x80z";
    for (size_t cut = 0; cut <= text.size(); ++cut) {
        Utf8Check check;
        EXPECT_TRUE(check.add(bytes(text).first(cut)));
        EXPECT_TRUE(check.add(bytes(text).subspan(cut)));
        EXPECT_TRUE(check.is_complete());
    }
}

}  // namespace
}  // namespace berth::websocket
