#include "berth/cpp/text.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace berth::sdk {
namespace {

std::string decimal(std::uint64_t value) {
    char out[kNumberSize];
    return std::string(out, format_decimal(value, out));
}

std::string hex(std::uint64_t value) {
    char out[kNumberSize];
    return std::string(out, format_hex(value, out));
}

std::string date(std::int64_t seconds) {
    const auto out = format_http_date(seconds);
    return std::string(out.data(), out.size());
}

TEST(TextNumber, ReadsDigitsAndNothingElse) {
    EXPECT_EQ(parse_decimal("0"), 0u);
    EXPECT_EQ(parse_decimal("00042"), 42u);
    EXPECT_EQ(parse_decimal("18446744073709551615"), UINT64_MAX);
    for (const char* bad : {"",
                            " 1",
                            "1 ",
                            "+1",
                            "-1",
                            "1a",
                            "0x1",
                            "18446744073709551616",
                            "99999999999999999999"}) {
        EXPECT_EQ(parse_decimal(bad), std::nullopt) << bad;
    }
}

TEST(TextNumber, ReadsHexadecimalUpToSixtyFourBits) {
    EXPECT_EQ(parse_hex("0"), 0u);
    EXPECT_EQ(parse_hex("fF"), 255u);
    EXPECT_EQ(parse_hex("ffffffffffffffff"), UINT64_MAX);
    for (const char* bad : {"", "0x1", "g", "1 ", "-1", "10000000000000000"}) {
        EXPECT_EQ(parse_hex(bad), std::nullopt) << bad;
    }
}

TEST(TextNumber, WritesWhatItReads) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 10000; ++i) {
        const std::uint64_t value = random() >> (random() % 64);
        ASSERT_EQ(parse_decimal(decimal(value)), value);
        ASSERT_EQ(decimal(value), std::to_string(value));
        ASSERT_EQ(parse_hex(hex(value)), value);
    }
    EXPECT_EQ(decimal(UINT64_MAX), "18446744073709551615");
    EXPECT_EQ(hex(0), "0");
}

TEST(TextCompare, IgnoresCaseOfLettersOnly) {
    EXPECT_TRUE(equal_ignoring_case("Content-Length", "content-lENGTH"));
    EXPECT_FALSE(equal_ignoring_case("a", "ab"));
    EXPECT_FALSE(equal_ignoring_case("@", "`"));  // differ in the bit that tells letters' case
    EXPECT_FALSE(equal_ignoring_case("\xC4", "\xE4"));
}

TEST(TextToken, IsWhatRfc9110Says) {
    EXPECT_TRUE(is_token("!#$%&'*+-.^_`|~09azAZ"));
    for (const char* bad : {"",
                            "a b",
                            "a:",
                            "\"a\"",
                            "a\t",
                            "\x7f",
                            "\xe4",
                            "a,b",
                            "a/b",
                            "(",
                            "[",
                            "{",
                            "@",
                            "\\"}) {
        EXPECT_FALSE(is_token(bad)) << bad;
    }
    EXPECT_FALSE(is_token(std::string_view("a\0b", 3)));
}

TEST(TextControl, IsWhatNoFieldHolds) {
    for (const char c : {'\0', '\t', '\r', '\n', '\x1f', '\x7f'}) {
        EXPECT_TRUE(is_control(c)) << int{c};
    }
    for (const char c : {' ', 'a', '~', '\x80', '\xff'}) {
        EXPECT_FALSE(is_control(c)) << int{c};
    }
}

TEST(TextLowerCase, ConcernsAsciiLettersAlone) {
    EXPECT_EQ(lower_case("AzZ-[\xc4 1"), "azz-[\xc4 1");
}

TEST(TextList, GivesEveryItemTrimmed) {
    std::string_view list = " a ,\tb,, c d ";
    EXPECT_EQ(next_item(list), "a");
    EXPECT_EQ(next_item(list), "b");
    EXPECT_EQ(next_item(list), "");
    EXPECT_EQ(next_item(list), "c d");
    EXPECT_TRUE(list.empty());
    EXPECT_EQ(next_item(list), "");
}

TEST(TextList, FindsWholeItems) {
    EXPECT_TRUE(list_contains("keep-alive, Upgrade", "upgrade"));
    EXPECT_FALSE(list_contains("closed, enclose", "close"));
    EXPECT_FALSE(list_contains("", "close"));
}

TEST(TextDate, FormatsTheExampleOfTheRfc) {
    EXPECT_EQ(date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
    EXPECT_EQ(date(-1), "Wed, 31 Dec 1969 23:59:59 GMT");
    EXPECT_EQ(date(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
    EXPECT_EQ(date(INT64_MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
    EXPECT_EQ(date(INT64_MIN), date(kHttpDateMin));
}

TEST(TextDate, ReadsEveryDateItWrites) {
    std::mt19937_64 random(11);
    std::uniform_int_distribution<std::int64_t> any(kHttpDateMin, kHttpDateMax);
    for (int i = 0; i < 20000; ++i) {
        const std::int64_t seconds = any(random);
        ASSERT_EQ(parse_http_date(date(seconds)), seconds) << date(seconds);
    }
}

TEST(TextDate, RefusesWhatIsNoDate) {
    for (const char* bad : {
             "",
             "Sun, 06 Nov 1994 08:49:37",
             "Mon, 06 Nov 1994 08:49:37 GMT",  // it was a Sunday
             "Sun, 06 nov 1994 08:49:37 GMT",
             "Sun, 6 Nov 1994 08:49:37 GMT ",
             "Wed, 31 Feb 1994 08:49:37 GMT",
             "Thu, 29 Feb 2001 00:00:00 GMT",
             "Sun, 06 Nov 1994 24:00:00 GMT",
             "Sun, 06 Nov 1994 08:60:00 GMT",
             "Sun, 06 Nov 1994 08:49:37 UTC",
             "Sun, +6 Nov 1994 08:49:37 GMT",
             "Sunday, 06-Nov-94 08:49:37 GM",
         }) {
        EXPECT_EQ(parse_http_date(bad), std::nullopt) << bad;
    }
}

TEST(TextDate, RefusesEveryMutationThatIsAnotherText) {
    const std::string good = "Sun, 06 Nov 1994 08:49:37 GMT";
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (int c = 0; c < 256; ++c) {
            std::string mutated = good;
            mutated[i] = static_cast<char>(c);
            const auto parsed = parse_http_date(mutated);
            if (parsed) {
                ASSERT_EQ(date(*parsed), mutated);
            }
        }
    }
}

}  // namespace
}  // namespace berth::sdk
