#include "http_date.h"

#include <gtest/gtest.h>

namespace berth::file {
namespace {

constexpr int64_t kDate = 784111777;  // of the example of RFC 9110 5.6.7
constexpr int64_t kNow = 1795337887;  // 2026

TEST(HttpDate, has_three_forms) {
    EXPECT_EQ(parse_any_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kNow), kDate);
    EXPECT_EQ(parse_any_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow), kDate);
    EXPECT_EQ(parse_any_http_date("Sun Nov  6 08:49:37 1994", kNow), kDate);
    EXPECT_EQ(parse_any_http_date("Wed Nov 16 08:49:37 1994", kNow), kDate + 10 * 86400);
}

TEST(HttpDate, two_digits_mean_the_century_that_is_near) {
    EXPECT_EQ(parse_any_http_date("Saturday, 01-Jan-00 00:00:00 GMT", kNow), 946684800);
    EXPECT_EQ(parse_any_http_date("Wednesday, 01-Jan-76 00:00:00 GMT", kNow), 3345062400);
    EXPECT_EQ(parse_any_http_date("Saturday, 01-Jan-77 00:00:00 GMT", kNow), 220924800);
}

TEST(HttpDate, nothing_else_is_a_date) {
    for (const char* text : {"",
                             "yesterday",
                             "06 Nov 1994 08:49:37 GMT",
                             "Sunday, 06-Nov-94 08:49:37 CET",
                             "Sunday, 06 Nov 94 08:49:37 GMT",
                             "Sonntag, 06-Nov-94 08:49:37 GMT",
                             "Sunday, 31-Feb-94 08:49:37 GMT",
                             "Sunday, 06-Nov-9x 08:49:37 GMT",
                             "Sun Nov  6 08:49:37 1994 ",
                             "Sun Nov  6 24:49:37 1994",
                             "Son Nov  6 08:49:37 1994"}) {
        EXPECT_EQ(parse_any_http_date(text, kNow), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace berth::file
