#include "path_patterns.h"

#include <gtest/gtest.h>

namespace berth::file {
namespace {

TEST(PathPatterns, the_first_that_is_found_decides) {
    PathPatterns patterns;
    EXPECT_TRUE(patterns.empty());
    EXPECT_EQ(patterns.add("^/a/:one.html"), "");
    EXPECT_EQ(patterns.add("(?i)a:/two.html"), "");
    EXPECT_EQ(patterns.find("/a/b"), "/one.html");
    EXPECT_EQ(patterns.find("/x/A"), "/two.html");
    EXPECT_EQ(patterns.find("/x"), "");
}

// Old servers matched paths without it.
TEST(PathPatterns, need_not_know_of_the_first_slash) {
    PathPatterns patterns;
    EXPECT_EQ(patterns.add("^old/:new"), "");
    EXPECT_EQ(patterns.find("/old/x"), "/new");
    EXPECT_EQ(patterns.find("/x/old/x"), "");
    EXPECT_EQ(patterns.find("/"), "");
}

TEST(PathPatterns, the_last_colon_divides) {
    PathPatterns patterns;
    EXPECT_EQ(patterns.add("^/(?:a|b):c$:/d"), "");
    EXPECT_EQ(patterns.find("/a:c"), "/d");
}

TEST(PathPatterns, refuse_what_is_none) {
    PathPatterns patterns;
    for (const char* text : {"", "a", ":a", "a:", "(:a", "a{2,1}:b"}) {
        EXPECT_NE(patterns.add(text), "") << text;
    }
    EXPECT_TRUE(patterns.empty());
}

TEST(PathPatterns, templates_take_the_path) {
    const auto made = [](const char* text) {
        std::string out;
        if (const auto parsed = PathTemplate::parse(text)) {
            parsed->expand("/x", out);
        }
        return out;
    };
    EXPECT_EQ(made("{path}.html"), "/x.html");
    EXPECT_EQ(made("/a{path}{path}/"), "/a/x/x/");
    EXPECT_EQ(made("/fixed"), "/fixed");
    EXPECT_EQ(made("/{{path}}"), "/{path}");
    EXPECT_EQ(made("/{name}"), "");
    EXPECT_EQ(made("/{path"), "");
    EXPECT_TRUE(PathTemplate::parse("{path}")->is_path());
    EXPECT_FALSE(PathTemplate::parse("{path}/")->is_path());
    EXPECT_FALSE(PathTemplate::parse("/path")->is_path());
}

}  // namespace
}  // namespace berth::file
