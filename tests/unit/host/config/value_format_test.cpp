#include "config/value_format.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace berth {
namespace {

double number(Format format, const std::string& text) {
    const FormatValue value = read_format(format, text);
    EXPECT_FALSE(value.problem) << text << ": " << (value.problem ? value.problem->message : "");
    return value.number;
}

FormatProblem problem(Format format, const std::string& text) {
    const FormatValue value = read_format(format, text);
    EXPECT_TRUE(value.problem) << text;
    return value.problem.value_or(FormatProblem());
}

TEST(ValueFormat, durations_are_milliseconds) {
    EXPECT_EQ(number(Format::kDuration, "250ms"), 250);
    EXPECT_EQ(number(Format::kDuration, "10s"), 10'000);
    EXPECT_EQ(number(Format::kDuration, "1.5h"), 5'400'000);
    EXPECT_EQ(number(Format::kDuration, "1h30m"), 5'400'000);
    EXPECT_EQ(number(Format::kDuration, "365d"), 365.0 * 86'400'000);
    EXPECT_EQ(number(Format::kDuration, "2w"), 14.0 * 86'400'000);
    EXPECT_EQ(number(Format::kDuration, "0s"), 0);
}

TEST(ValueFormat, sizes_are_bytes) {
    EXPECT_EQ(number(Format::kSize, "500B"), 500);
    EXPECT_EQ(number(Format::kSize, "64KiB"), 65'536);
    EXPECT_EQ(number(Format::kSize, "1.5MiB"), 1'572'864);
    EXPECT_EQ(number(Format::kSize, "1kB"), 1'000);
    EXPECT_EQ(number(Format::kSize, "2GB"), 2e9);
    EXPECT_EQ(number(Format::kSize, "1TiB"), 1024.0 * 1024 * 1024 * 1024);
}

TEST(ValueFormat, percentages_are_0_to_100) {
    EXPECT_EQ(number(Format::kPercent, "0%"), 0);
    EXPECT_EQ(number(Format::kPercent, "12.5%"), 12.5);
    EXPECT_EQ(number(Format::kPercent, "100%"), 100);
    EXPECT_EQ(problem(Format::kPercent, "101%").help, "write 0% to 100%");
    EXPECT_TRUE(problem(Format::kPercent, "80").unit);
    EXPECT_NE(problem(Format::kPercent, "-1%").message, "");
    EXPECT_NE(problem(Format::kPercent, "%").message, "");
}

TEST(ValueFormat, a_number_without_its_unit_is_told_the_unit) {
    EXPECT_TRUE(problem(Format::kDuration, "10").unit);
    EXPECT_EQ(problem(Format::kDuration, "10").help, "did you mean '10s'?");
    EXPECT_EQ(problem(Format::kSize, "10").help, "did you mean '10B'?");
}

TEST(ValueFormat, a_unit_in_another_spelling_is_understood_for_the_suggestion) {
    struct Case {
        Format format;
        const char *text, *meant;
    };
    for (const Case& c : {Case{Format::kDuration, "10sec", "10s"},
                          Case{Format::kDuration, "5minutes", "5m"},
                          Case{Format::kDuration, "1h30min", "1h30m"},
                          Case{Format::kDuration, "2H", "2h"},
                          Case{Format::kDuration, "1hour30m", "1h30m"},
                          Case{Format::kSize, "64K", "64KiB"},
                          Case{Format::kSize, "64kb", "64kB"},
                          Case{Format::kSize, "1m", "1MiB"},
                          Case{Format::kSize, "1GIB", "1GiB"},
                          Case{Format::kSize, "10bytes", "10B"}}) {
        EXPECT_EQ(problem(c.format, c.text).help, "did you mean '" + std::string(c.meant) + "'?");
        EXPECT_TRUE(problem(c.format, c.text).unit) << c.text;
    }
}

TEST(ValueFormat, an_unknown_unit_is_told_which_there_are) {
    EXPECT_EQ(problem(Format::kDuration, "10fortnights").help, "units are ms, s, m, h, d, w");
    EXPECT_EQ(problem(Format::kSize, "10lines").help,
              "units are B, KiB, MiB, GiB, TiB, kB, MB, GB, TB");
}

TEST(ValueFormat, what_is_no_number_with_a_unit_is_refused) {
    for (const Format format : {Format::kDuration, Format::kSize}) {
        for (const char* text : {"",
                                 "s",
                                 "B",
                                 "-1s",
                                 "-1B",
                                 "+1s",
                                 "1..5s",
                                 "1,5s",
                                 " 1s",
                                 "1 s",
                                 "1s ",
                                 "0x10s",
                                 "1e3s",
                                 ".5s",
                                 "nan",
                                 "inf",
                                 "1s1",
                                 "1s 1s"}) {
            EXPECT_TRUE(read_format(format, text).problem) << text;
        }
    }
}

TEST(ValueFormat, only_durations_are_put_together) {
    EXPECT_TRUE(read_format(Format::kSize, "1MiB1KiB").problem);
}

TEST(ValueFormat, what_does_not_fit_is_refused) {
    for (const char* text : {"99999999999999999999s", "999999999999w", "9e99s"}) {
        EXPECT_TRUE(read_format(Format::kDuration, text).problem) << text;
    }
    EXPECT_TRUE(read_format(Format::kSize, "99999999TiB").problem);
}

TEST(ValueFormat, a_path_is_a_text_without_zero_bytes) {
    EXPECT_FALSE(read_format(Format::kPath, "relative/path").problem);
    EXPECT_TRUE(read_format(Format::kPath, "").problem);
    EXPECT_TRUE(read_format(Format::kPath, std::string("/a\0b", 4)).problem);
}

TEST(ValueFormat, every_format_has_a_name_and_an_example) {
    for (const char* name :
         {"duration", "size", "percent", "path", "cidr", "host-port", "regex", "url"}) {
        const std::optional<Format> format = format_by_name(name);
        ASSERT_TRUE(format) << name;
        EXPECT_EQ(format_name(*format), name);
        EXPECT_NE(format_example(*format), "text") << name;
    }
    EXPECT_FALSE(format_by_name("date-time"));
    EXPECT_EQ(format_name(Format::kNone), "");
}

TEST(ValueFormat, integers_are_decimal_and_whole) {
    EXPECT_EQ(read_integer("0"), 0);
    EXPECT_EQ(read_integer("-7"), -7);
    EXPECT_EQ(read_integer("9223372036854775807"), std::numeric_limits<int64_t>::max());
    for (const char* text :
         {"", "-", "+1", "1.0", "1e3", "0x1f", " 1", "1 ", "9223372036854775808", "1_000"}) {
        EXPECT_FALSE(read_integer(text)) << text;
    }
}

TEST(ValueFormat, numbers_are_what_json_calls_so) {
    EXPECT_EQ(read_number("1.5"), 1.5);
    EXPECT_EQ(read_number("-2"), -2);
    EXPECT_EQ(read_number("1e3"), 1000);
    for (const char* text :
         {"", ".5", "5.", "+1", "nan", "inf", "-inf", "0x10", "1.5x", "-", "1e999"}) {
        EXPECT_FALSE(read_number(text)) << text;
    }
}

TEST(ValueFormat, flags_are_the_words_that_environments_use) {
    for (const char* text : {"1", "true", "YES", "On"}) {
        EXPECT_EQ(read_flag(text), true) << text;
    }
    for (const char* text : {"0", "False", "no", "OFF"}) {
        EXPECT_EQ(read_flag(text), false) << text;
    }
    for (const char* text : {"", "2", "y", "enabled"}) {
        EXPECT_FALSE(read_flag(text)) << text;
    }
}

}  // namespace
}  // namespace berth
