#include "entity_tag.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::file {
namespace {

std::string tag_of(uint64_t inode, uint64_t size, int64_t mtime_ns) {
    return std::string(FileTag(inode, size, mtime_ns).text());
}

TEST(EntityTag, is_quoted_and_differs_with_each_part) {
    EXPECT_EQ(tag_of(7, 1024, 255), "\"ff-400-7\"");
    EXPECT_NE(tag_of(7, 1024, 256), tag_of(7, 1024, 255));
    EXPECT_NE(tag_of(7, 1025, 255), tag_of(7, 1024, 255));
    EXPECT_NE(tag_of(8, 1024, 255), tag_of(7, 1024, 255));
    EXPECT_EQ(tag_of(1, 2, -1), "\"ffffffffffffffff-2-1\"");
}

TEST(EntityTag, of_its_own_is_one_that_it_parses) {
    const std::string made = tag_of(UINT64_MAX, UINT64_MAX, INT64_MIN);
    const auto tag = parse_entity_tag(made);
    ASSERT_TRUE(tag);
    EXPECT_EQ(tag->opaque, made);
    EXPECT_FALSE(tag->weak);
}

TEST(EntityTag, weak_ones_say_so) {
    const auto tag = parse_entity_tag("W/\"a\"");
    ASSERT_TRUE(tag);
    EXPECT_TRUE(tag->weak);
    EXPECT_EQ(tag->opaque, "\"a\"");
}

TEST(EntityTag, nothing_else_is_one) {
    for (const char* text :
         {"", "a", "\"", "\"a", "a\"", "w/\"a\"", "W/a", "\"a b\"", "\"a\" ", "\"a\",\"b\""}) {
        EXPECT_FALSE(parse_entity_tag(text)) << text;
    }
}

TEST(EntityTag, lists_are_searched_weakly_or_strongly) {
    const auto weakly = [](std::string_view list) {
        return tag_list_contains(list, "\"a\"", Comparison::kWeak);
    };
    const auto strongly = [](std::string_view list) {
        return tag_list_contains(list, "\"a\"", Comparison::kStrong);
    };
    for (const char* list :
         {"\"a\"", "\"b\", \"a\"", "\"b\",\"a\"", " , ,\"a\"", "W/\"x\" , \"a\" ,"}) {
        EXPECT_TRUE(weakly(list)) << list;
        EXPECT_TRUE(strongly(list)) << list;
    }
    EXPECT_TRUE(weakly("W/\"a\""));
    EXPECT_FALSE(strongly("W/\"a\""));
    for (const char* list : {"", "a", "\"b\"", "\"a", "\"b\" \"a\"", "b, \"a\"", "\"A\""}) {
        EXPECT_FALSE(weakly(list)) << list;
    }
}

// A comma inside a tag does not end it.
TEST(EntityTag, a_tag_may_hold_commas) {
    EXPECT_TRUE(tag_list_contains("\"x,y\", \"a\"", "\"a\"", Comparison::kStrong));
    EXPECT_FALSE(tag_list_contains("\"x,\"a\"", "\"a\"", Comparison::kStrong));
}

}  // namespace
}  // namespace berth::file
