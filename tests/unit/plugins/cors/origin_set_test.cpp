#include "origin_set.h"

#include <gtest/gtest.h>

namespace berth::cors {
namespace {

OriginSet set_of(std::initializer_list<const char*> patterns) {
    OriginSet set;
    for (const char* pattern : patterns) {
        EXPECT_EQ(set.add(pattern), "") << pattern;
    }
    return set;
}

TEST(OriginSet, contains_what_it_names) {
    const OriginSet set = set_of({"https://a.example", "http://b.example:8080", "null"});
    for (const char* origin :
         {"https://a.example", "http://b.example:8080", "null", "HTTPS://A.example"}) {
        EXPECT_TRUE(set.contains(origin)) << origin;
    }
    for (const char* origin : {"http://a.example",
                               "https://a.example:443",
                               "https://a.example.evil",
                               "https://b.example",
                               "https://a.example/",
                               "",
                               "nul"}) {
        EXPECT_FALSE(set.contains(origin)) << origin;
    }
}

TEST(OriginSet, contains_what_is_below_a_domain) {
    const OriginSet set = set_of({"https://*.a.example", "http://*.b.example:8080"});
    for (const char* origin :
         {"https://x.a.example", "https://x.y.A.example", "http://x.b.example:8080"}) {
        EXPECT_TRUE(set.contains(origin)) << origin;
    }
    for (const char* origin : {"https://a.example",
                               "https://.a.example",
                               "https://xa.example",
                               "https://x.a.example:444",
                               "https://evil.example/x.a.example",
                               "https://evil.example:1.a.example",
                               "https://u@x.a.example",
                               "http://x.a.example",
                               "http://x.b.example"}) {
        EXPECT_FALSE(set.contains(origin)) << origin;
    }
}

TEST(OriginSet, may_contain_everybody) {
    EXPECT_TRUE(set_of({"*"}).contains("null"));
    EXPECT_TRUE(set_of({"*"}).everybody());
    EXPECT_FALSE(set_of({"null"}).everybody());
}

TEST(OriginSet, refuses_what_is_no_origin) {
    OriginSet set;
    for (const char* bad : {"a.example",
                            "https://",
                            "https://a.example/",
                            "https://a.example/x",
                            "https://*",
                            "https://a.*.example",
                            "https://*a.example",
                            "://a",
                            ""}) {
        EXPECT_NE(set.add(bad), "") << bad;
    }
}

}  // namespace
}  // namespace berth::cors
