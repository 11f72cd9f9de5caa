#include "path_rules.h"

#include <gtest/gtest.h>

namespace berth::file {
namespace {

TEST(PathRules, dotfiles_are_hidden) {
    for (const char* path : {"/.git/config",
                             "/a/.htaccess",
                             "/.env",
                             "/a/.b/c",
                             "/.well-known",
                             "/.well-known/.x",
                             "/a/.well-known/x"}) {
        EXPECT_TRUE(is_hidden(path)) << path;
    }
    for (const char* path : {"/", "/a.b/c.d", "/a/b.", "/.well-known/acme-challenge/x"}) {
        EXPECT_FALSE(is_hidden(path)) << path;
    }
}

TEST(PathRules, redirect_keeps_target_and_query) {
    EXPECT_EQ(with_slash("/a/b"), "/a/b/");
    EXPECT_EQ(with_slash("/a%20b?c=d&e=/f"), "/a%20b/?c=d&e=/f");
    EXPECT_EQ(with_slash("/a?"), "/a/?");
    EXPECT_EQ(with_slash("http://example.com/a?b"), "/a/?b");
}

TEST(PathRules, redirect_never_names_a_host) {
    EXPECT_EQ(with_slash("//evil.example/a"), "/evil.example/a/");
    EXPECT_EQ(with_slash("/\\evil.example"), "/%5Cevil.example/");
    EXPECT_EQ(with_slash("http://here//evil.example"), "/evil.example/");
}

TEST(PathRules, redirect_is_one_field) {
    EXPECT_EQ(with_slash("/a\r\nX: \"y?z=\n<"), "/a%0D%0AX:%20%22y/?z=%0A%3C");
}

TEST(PathRules, logged_paths_are_one_line) {
    EXPECT_EQ(shown_path("/a b/\n\x1b[31m\xc3\xa4"), "/a b/%0A%1B[31m%C3%A4");
}

}  // namespace
}  // namespace berth::file
