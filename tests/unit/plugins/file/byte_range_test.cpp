#include "byte_range.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::file {
namespace {

// "0-4 9-9" for ranges, "whole" or "416" for the rest.
std::string parsed(std::string_view field, uint64_t size) {
    const RangeSet set = RangeSet::parse(field, size);
    if (set.kind() == RangeSet::Kind::kWhole) {
        return "whole";
    }
    if (set.kind() == RangeSet::Kind::kUnsatisfiable) {
        return "416";
    }
    std::string shown;
    for (const ByteRange& range : set) {
        shown += (shown.empty() ? "" : " ") + std::to_string(range.first) + "-" +
                 std::to_string(range.first + range.length - 1);
    }
    return shown;
}

TEST(ByteRange, one) {
    EXPECT_EQ(parsed("bytes=0-4", 11), "0-4");
    EXPECT_EQ(parsed("BYTES=0-0", 11), "0-0");
    EXPECT_EQ(parsed("bytes=5-", 11), "5-10");
    EXPECT_EQ(parsed("bytes=10-10", 11), "10-10");
    EXPECT_EQ(parsed("bytes= 1-2 ", 11), "1-2");
}

TEST(ByteRange, ends_with_the_file) {
    EXPECT_EQ(parsed("bytes=0-999", 11), "0-10");
    EXPECT_EQ(parsed("bytes=0-9999999999999999999", 11), "0-10");
    EXPECT_EQ(parsed("bytes=0-9223372036854775807", UINT64_MAX), "0-9223372036854775807");
    EXPECT_EQ(parsed("bytes=1-", UINT64_MAX), "1-18446744073709551614");
}

TEST(ByteRange, suffixes) {
    EXPECT_EQ(parsed("bytes=-4", 11), "7-10");
    EXPECT_EQ(parsed("bytes=-11", 11), "0-10");
    EXPECT_EQ(parsed("bytes=-9999999999999999999", 11), "0-10");
    EXPECT_EQ(parsed("bytes=-0", 11), "416");
}

TEST(ByteRange, beyond_the_end) {
    EXPECT_EQ(parsed("bytes=11-", 11), "416");
    EXPECT_EQ(parsed("bytes=900-", 11), "416");
    EXPECT_EQ(parsed("bytes=11-12, 900-", 11), "416");
    EXPECT_EQ(parsed("bytes=0-", 0), "whole");
    EXPECT_EQ(parsed("bytes=1-", 0), "416");
    EXPECT_EQ(parsed("bytes=20-30, 2-3", 11), "2-3");
}

TEST(ByteRange, a_number_that_no_64_bits_hold_is_more_than_any_file_has) {
    EXPECT_EQ(parsed("bytes=0-18446744073709551616", 11), "0-10");
    EXPECT_EQ(parsed("bytes=18446744073709551616-", 11), "416");
    EXPECT_EQ(parsed("bytes=18446744073709551616-18446744073709551617", 11), "416");
    EXPECT_EQ(parsed("bytes=-18446744073709551616", 11), "0-10");
    EXPECT_EQ(parsed("bytes=0000000000000000000000002-3", 11), "2-3");
}

TEST(ByteRange, what_is_none_asks_for_all) {
    for (const char* field : {"",
                              "bytes",
                              "bytes=",
                              "bytes=,",
                              "bytes=-",
                              "bytes=a-b",
                              "bytes=1",
                              "bytes=4-3",
                              "bytes=0x1-2",
                              "bytes=+1-2",
                              "bytes=1 - 2",
                              "bytes=1-2,x",
                              "bytes=1--2",
                              "bytes:1-2",
                              "lines=1-2",
                              "0-1"}) {
        EXPECT_EQ(parsed(field, 11), "whole") << field;
    }
}

TEST(ByteRange, several_come_out_sorted) {
    EXPECT_EQ(parsed("bytes=0-0,2-3,8-", 11), "0-0 2-3 8-10");
    EXPECT_EQ(parsed("bytes=-1, 0-0", 11), "0-0 10-10");
    EXPECT_EQ(parsed("bytes=8-8,, 4-4 ,0-0", 11), "0-0 4-4 8-8");
}

TEST(ByteRange, overlapping_and_touching_ones_are_one) {
    EXPECT_EQ(parsed("bytes=0-4,2-6", 11), "0-6");
    EXPECT_EQ(parsed("bytes=5-6,0-4", 11), "0-6");
    EXPECT_EQ(parsed("bytes=0-,0-,0-,-5", 11), "0-10");
    EXPECT_EQ(parsed("bytes=0-0,4-4,2-2,1-3", 11), "0-4");
}

TEST(ByteRange, too_many_ask_for_all) {
    std::string sixteen = "bytes=";
    for (int i = 0; i < 16; ++i) {
        sixteen += (i == 0 ? "" : ",") + std::to_string(i * 2) + "-" + std::to_string(i * 2);
    }
    EXPECT_EQ(RangeSet::parse(sixteen, 100).count(), kRangesMax);
    EXPECT_EQ(parsed(sixteen + ",50-50", 100), "whole");
    EXPECT_EQ(RangeSet::parse(sixteen + ",30-31", 100).count(), kRangesMax);
    std::string attack = "bytes=0-";
    for (int i = 0; i < 1000; ++i) {
        attack += ",5-" + std::to_string(i + 5);
    }
    EXPECT_EQ(parsed(attack, 2000), "0-1999");
}

}  // namespace
}  // namespace berth::file
