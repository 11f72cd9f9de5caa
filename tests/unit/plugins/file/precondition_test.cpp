#include "precondition.h"

#include <gtest/gtest.h>

namespace berth::file {
namespace {

constexpr const char* kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr const char* kBefore = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr const char* kAfter = "Sun, 06 Nov 1994 08:49:38 GMT";
constexpr int64_t kSeconds = 784111777;
constexpr Current kFile{true, "\"a\"", kSeconds, kSeconds + 100};
constexpr Current kNoFile{false, {}, 0, kSeconds};

Verdict reading(const Conditions& conditions) {
    return judge(conditions, kFile, true);
}
Verdict writing(const Conditions& conditions, const Current& current = kFile) {
    return judge(conditions, current, false);
}

Conditions match(const char* list) {
    Conditions conditions;
    conditions.if_match = list;
    return conditions;
}
Conditions none_match(const char* list) {
    Conditions conditions;
    conditions.if_none_match = list;
    return conditions;
}
Conditions modified_since(const char* date) {
    Conditions conditions;
    conditions.if_modified_since = date;
    return conditions;
}
Conditions unmodified_since(const char* date) {
    Conditions conditions;
    conditions.if_unmodified_since = date;
    return conditions;
}
Conditions if_range(const char* validator) {
    Conditions conditions;
    conditions.if_range = validator;
    return conditions;
}

TEST(Precondition, none_is_met) {
    EXPECT_EQ(reading({}), Verdict::kPerform);
    EXPECT_EQ(writing({}, kNoFile), Verdict::kPerform);
}

TEST(Precondition, if_match_is_strong) {
    EXPECT_EQ(reading(match("\"a\"")), Verdict::kPerform);
    EXPECT_EQ(reading(match("\"b\", \"a\"")), Verdict::kPerform);
    EXPECT_EQ(reading(match("*")), Verdict::kPerform);
    EXPECT_EQ(reading(match("W/\"a\"")), Verdict::kFailed);
    EXPECT_EQ(reading(match("\"b\"")), Verdict::kFailed);
    EXPECT_EQ(reading(match("nonsense")), Verdict::kFailed);
    EXPECT_EQ(writing(match("*"), kNoFile), Verdict::kFailed);
}

TEST(Precondition, if_unmodified_since_counts_without_if_match) {
    EXPECT_EQ(reading(unmodified_since(kDate)), Verdict::kPerform);
    EXPECT_EQ(reading(unmodified_since(kAfter)), Verdict::kPerform);
    EXPECT_EQ(reading(unmodified_since(kBefore)), Verdict::kFailed);
    EXPECT_EQ(reading(unmodified_since("nonsense")), Verdict::kPerform);
    Conditions both = unmodified_since(kBefore);
    both.if_match = "\"a\"";
    EXPECT_EQ(reading(both), Verdict::kPerform);
}

TEST(Precondition, if_none_match_is_weak) {
    EXPECT_EQ(reading(none_match("\"a\"")), Verdict::kNotModified);
    EXPECT_EQ(reading(none_match("\"b\", W/\"a\"")), Verdict::kNotModified);
    EXPECT_EQ(reading(none_match("*")), Verdict::kNotModified);
    EXPECT_EQ(reading(none_match("\"b\"")), Verdict::kPerform);
    EXPECT_EQ(reading(none_match("a")), Verdict::kPerform);
    EXPECT_EQ(writing(none_match("*")), Verdict::kFailed);
    EXPECT_EQ(writing(none_match("*"), kNoFile), Verdict::kPerform);
}

TEST(Precondition, if_modified_since_counts_without_if_none_match) {
    EXPECT_EQ(reading(modified_since(kDate)), Verdict::kNotModified);
    EXPECT_EQ(reading(modified_since("Sunday, 06-Nov-94 08:49:37 GMT")), Verdict::kNotModified);
    EXPECT_EQ(reading(modified_since(kAfter)), Verdict::kNotModified);
    EXPECT_EQ(reading(modified_since(kBefore)), Verdict::kPerform);
    EXPECT_EQ(reading(modified_since("nonsense")), Verdict::kPerform);
    EXPECT_EQ(writing(modified_since(kDate)), Verdict::kPerform);
    Conditions both = modified_since(kDate);
    both.if_none_match = "\"b\"";
    EXPECT_EQ(reading(both), Verdict::kPerform);
}

TEST(Precondition, failing_comes_before_not_modified) {
    Conditions both = match("\"b\"");
    both.if_none_match = "\"a\"";
    EXPECT_EQ(reading(both), Verdict::kFailed);
}

TEST(Precondition, if_range_wants_the_same_file) {
    EXPECT_TRUE(range_applies({}, kFile));
    EXPECT_TRUE(range_applies(if_range("\"a\""), kFile));
    EXPECT_FALSE(range_applies(if_range("W/\"a\""), kFile));
    EXPECT_FALSE(range_applies(if_range("\"b\""), kFile));
    EXPECT_FALSE(range_applies(if_range("\"a\", \"b\""), kFile));
    EXPECT_TRUE(range_applies(if_range(kDate), kFile));
    EXPECT_FALSE(range_applies(if_range(kAfter), kFile));
    EXPECT_FALSE(range_applies(if_range("nonsense"), kFile));
}

// Within the second of the change the file may change once more.
TEST(Precondition, a_date_of_this_second_is_no_strong_validator) {
    const Current fresh{true, "\"a\"", kSeconds, kSeconds};
    EXPECT_FALSE(range_applies(if_range(kDate), fresh));
}

}  // namespace
}  // namespace berth::file
