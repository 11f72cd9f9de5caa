#include "network_list.h"

#include <gtest/gtest.h>

namespace berth::blacklist {
namespace {

bool contains(const NetworkList& list, std::string_view ip) {
    return list.contains(*sdk::parse_ip(ip));
}

TEST(NetworkList, holds_networks_and_addresses) {
    NetworkList list;
    EXPECT_EQ(list.add("192.0.2.7"), nullptr);
    EXPECT_EQ(list.add("2001:db8::/32"), nullptr);
    EXPECT_TRUE(contains(list, "192.0.2.7"));
    EXPECT_TRUE(contains(list, "2001:db8::9"));
    EXPECT_FALSE(contains(list, "192.0.2.8"));
}

TEST(NetworkList, holds_everybody_with_a_star) {
    NetworkList list;
    EXPECT_FALSE(contains(list, "192.0.2.7"));
    EXPECT_EQ(list.add("*"), nullptr);
    EXPECT_TRUE(contains(list, "192.0.2.7"));
    EXPECT_TRUE(contains(list, "2001:db8::9"));
}

TEST(NetworkList, reads_lines_and_comments) {
    NetworkList list;
    const auto mistake =
        add_lines("# the bad ones\n\n 192.0.2.0/24 # a whole net\r\n10.0.0.1", list);
    EXPECT_FALSE(mistake);
    EXPECT_TRUE(contains(list, "192.0.2.9"));
    EXPECT_TRUE(contains(list, "10.0.0.1"));
}

TEST(NetworkList, names_the_line_of_a_mistake) {
    NetworkList list;
    const auto mistake = add_lines("10.0.0.1\n\nexample.com\n10.0.0.2\n", list);
    ASSERT_TRUE(mistake);
    EXPECT_EQ(mistake->line, 3u);
    EXPECT_EQ(mistake->text, "'example.com' is neither an address nor a network");
}

}  // namespace
}  // namespace berth::blacklist
