#include "tls/server_names.h"

#include <gtest/gtest.h>

namespace berth {
namespace {

ServerNames example_names() {
    ServerNames names;
    names.add("example.com", 0);
    names.add("*.example.com", 1);
    names.add("www.example.com", 2);
    return names;
}

TEST(ServerNames, exact_names_come_before_wildcards) {
    const ServerNames names = example_names();
    EXPECT_EQ(names.find("example.com"), 0u);
    EXPECT_EQ(names.find("www.example.com"), 2u);
    EXPECT_EQ(names.find("mail.example.com"), 1u);
}

TEST(ServerNames, wildcards_stand_for_one_label) {
    const ServerNames names = example_names();
    EXPECT_EQ(names.find("a.b.example.com"), std::nullopt);
    EXPECT_EQ(names.find(".example.com"), std::nullopt);
    EXPECT_EQ(names.find("badexample.com"), std::nullopt);
}

TEST(ServerNames, case_and_a_trailing_dot_do_not_matter) {
    const ServerNames names = example_names();
    EXPECT_EQ(names.find("EXAMPLE.Com."), 0u);
    EXPECT_EQ(names.find("Mail.Example.COM"), 1u);
}

TEST(ServerNames, unknown_names_are_not_found) {
    const ServerNames names = example_names();
    for (const char* name : {"", ".", "com", "example.org", "example.com.."}) {
        EXPECT_EQ(names.find(name), std::nullopt) << name;
    }
}

TEST(ServerNames, the_last_claim_counts) {
    ServerNames names = example_names();
    names.add("example.com", 7);
    EXPECT_EQ(names.find("example.com"), 7u);
}

}  // namespace
}  // namespace berth
