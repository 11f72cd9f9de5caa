#include "listing_text.h"

#include <gtest/gtest.h>

namespace berth::file {
namespace {

std::string size_text(uint64_t size) {
    std::string out;
    append_size(size, out);
    return out;
}

std::string time_text(int64_t seconds) {
    std::string out;
    append_time(seconds, out);
    return out;
}

TEST(ListingText, times_are_of_utc_and_have_four_digits_of_a_year) {
    EXPECT_EQ(time_text(0), "1970-01-01 00:00");
    EXPECT_EQ(time_text(1709251199), "2024-02-29 23:59");
    EXPECT_EQ(time_text(-1), "1969-12-31 23:59");
    EXPECT_EQ(time_text(INT64_MIN), "0000-01-01 00:00");
    EXPECT_EQ(time_text(INT64_MAX), "9999-12-31 23:59");
}

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
