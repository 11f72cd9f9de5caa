#include "listing_text.h"

#include <gtest/gtest.h>

namespace berth::file {
namespace {

TEST(ListingText, sizes_have_three_digits) {
    EXPECT_EQ(size_text(0), "0 B");
    EXPECT_EQ(size_text(1023), "1023 B");
    EXPECT_EQ(size_text(1024), "1.0 KiB");
    EXPECT_EQ(size_text(1024 * 195), "195 KiB");
    EXPECT_EQ(size_text(UINT64_MAX), "15.9 EiB");
}

TEST(ListingText, bytes_that_are_no_utf8_are_replaced) {
    std::string out;
    append_html("\xc3\xa4 \xff \xed\xa0\x80 \xe2\x82 \xf0\x9f\x98\x80 \x07", out);
    EXPECT_EQ(out,
              "\xc3\xa4 \xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd "
              "\xf0\x9f\x98\x80 \xef\xbf\xbd");
}

}  // namespace
}  // namespace berth::file
