#include "uri.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

std::string normal(std::string_view path) {
    std::string out(path.size(), '?');
    const auto size = normalise_path(path, out.data());
    return size ? out.substr(0, *size) : "refused";
}

TEST(Uri, normalises_paths) {
    struct Case {
        const char *path, *normal;
    };
    const Case cases[] = {
        {"/", "/"},
        {"/a/b", "/a/b"},
        {"//", "/"},
        {"/a//b", "/a/b"},
        {"/a///", "/a/"},
        {"/.", "/"},
        {"/./a", "/a"},
        {"/a/.", "/a/"},
        {"/a/..", "/"},
        {"/a/../", "/"},
        {"/a/b/../c", "/a/c"},
        {"/a/b/../../c", "/c"},
        {"/a//../b", "/b"},
        {"/a/...", "/a/..."},
        {"/a/.b", "/a/.b"},
        {"/a/b..", "/a/b.."},
        {"/%41", "/A"},
        {"/%2e%2e/a", "refused"},
        {"/a/%2e%2e/b", "/b"},
        {"/a/%2E/b", "/a/b"},
        {"/%252e%252e/", "/%2e%2e/"},
        {"/..", "refused"},
        {"/../a", "refused"},
        {"/a/../../b", "refused"},
        {"/a%2fb", "refused"},
        {"/a%2Fb", "refused"},
        {"/a%00", "refused"},
        {"/a%", "refused"},
        {"/a%4", "refused"},
        {"/a%4g", "refused"},
        {"/a%%41", "refused"},
        {"/caf%C3%A9", "/caf\xc3\xa9"},
        {"a", "refused"},
        {"", "refused"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(normal(c.path), c.normal) << c.path;
        const auto target = parse_target("GET", c.path);
        if (target && target->is_normal) {
            EXPECT_EQ(normal(c.path), c.path);
        }
    }
}

TEST(Uri, finds_most_paths_normal_without_work) {
    for (const char* target :
         {"/", "/assets/app.js", "/a?b=//c/../%41", "http://a.b/c", "http://a"}) {
        EXPECT_TRUE(parse_target("GET", target)->is_normal) << target;
    }
    for (const char* target : {"/a//b", "/a/../b", "/.a", "/a%41", "//", "http://a/b//c"}) {
        EXPECT_FALSE(parse_target("GET", target)->is_normal) << target;
    }
    EXPECT_FALSE(parse_target("GET", std::string_view("/a\0b", 4))->is_normal);
}

TEST(Uri, takes_targets_apart) {
    const auto origin = parse_target("GET", "/a/b?c?d");
    ASSERT_TRUE(origin);
    EXPECT_EQ(origin->path, "/a/b");
    EXPECT_EQ(origin->query, "c?d");
    const auto absolute = parse_target("GET", "HTTP://a.b:80?q");
    ASSERT_TRUE(absolute);
    EXPECT_EQ(absolute->form, TargetForm::kAbsolute);
    EXPECT_EQ(absolute->authority, "a.b:80");
    EXPECT_EQ(absolute->path, "/");
    EXPECT_EQ(absolute->query, "q");
    EXPECT_EQ(parse_target("OPTIONS", "*")->form, TargetForm::kAsterisk);
    EXPECT_EQ(parse_target("OPTIONS", "http://a")->form, TargetForm::kAsterisk);
    EXPECT_EQ(parse_target("CONNECT", "a.b:443")->authority, "a.b:443");
}

TEST(Uri, refuses_targets_of_no_form) {
    for (const char* target : {"",
                               "a",
                               "a/b",
                               "*",
                               "/a#b",
                               "/a?b#c",
                               "/a#b?c",
                               "http://a/b#c",
                               "http://a#b",
                               "ftp://a/",
                               "http://",
                               "http:///a",
                               "http://u:p@a/",
                               "http:/a",
                               "http://a b/"}) {
        EXPECT_FALSE(parse_target("GET", target)) << target;
    }
    for (const char* target : {"/", "a", "http://a/", "*", "u@a:1"}) {
        EXPECT_FALSE(parse_target("CONNECT", target)) << target;
    }
}

TEST(Uri, knows_authorities) {
    for (const char* good : {"a",
                             "A.b-c_d",
                             "1.2.3.4",
                             "a:0",
                             "a:65535",
                             "[::1]",
                             "[::1]:8",
                             "[2001:db8::1.2.3.4]",
                             "xn--bcher-kva.example"}) {
        EXPECT_TRUE(is_authority(good)) << good;
    }
    for (const char* bad : {"",
                            ":80",
                            "a:",
                            "a:b",
                            "a:65536",
                            "a:123456",
                            "a b",
                            "a/b",
                            "u@a",
                            "[::1",
                            "::1",
                            "[a]",
                            "[]",
                            "[::g]",
                            "a:1:2",
                            "caf\xc3\xa9",
                            "a%20b",
                            "[::1]x"}) {
        EXPECT_FALSE(is_authority(bad)) << bad;
    }
}

TEST(Uri, finds_the_host_of_an_authority) {
    EXPECT_EQ(host_of("a.b:80"), "a.b");
    EXPECT_EQ(host_of("a.b"), "a.b");
    EXPECT_EQ(host_of("a.b."), "a.b");
    EXPECT_EQ(host_of("a.b.:80"), "a.b");
    EXPECT_EQ(host_of("[::1]:80"), "[::1]");
    EXPECT_EQ(host_of("[::1]"), "[::1]");
    EXPECT_EQ(host_of(""), "");
}

}  // namespace
}  // namespace berth::http
