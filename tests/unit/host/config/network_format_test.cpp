#include "config/network_format.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

TEST(NetworkFormat, cidr_is_an_address_or_a_network) {
    for (const char* text :
         {"10.0.0.0/8", "192.0.2.7", "0.0.0.0/0", "2001:db8::/32", "::1", "::/128"}) {
        EXPECT_FALSE(check_cidr(text)) << text;
    }
    for (const char* text : {"",
                             "10.0.0",
                             "10.0.0.0/33",
                             "10.0.0.0/",
                             "10.0.0.0/-1",
                             "::/129",
                             "10.0.0.0/8x",
                             "localhost",
                             "10.0.0.0/8/8",
                             "/8"}) {
        EXPECT_TRUE(check_cidr(text)) << text;
    }
}

TEST(NetworkFormat, cidr_is_a_block_that_access_lists_take) {
    EXPECT_EQ(check_cidr("10.0.0.5/8")->help,
              "write 10.0.0.0/8 for all of it, or 10.0.0.5 for the one address");
    EXPECT_EQ(check_cidr("2001:db8::1/32")->help,
              "write 2001:db8::/32 for all of it, or 2001:db8::1 for the one address");
    EXPECT_EQ(check_cidr("::ffff:10.0.0.5/104")->help,
              "write 10.0.0.0/8 for all of it, or 10.0.0.5 for the one address");
    EXPECT_TRUE(check_cidr("fe80::1%eth0"));
}

TEST(NetworkFormat, url_closes_its_bracket_and_is_one_line) {
    EXPECT_FALSE(check_url("http://[::1]:80/"));
    EXPECT_TRUE(check_url("http://[::1"));
    EXPECT_TRUE(check_url("http://[::1x"));
    EXPECT_TRUE(check_url("http://a/\n"));
    EXPECT_TRUE(check_url(std::string("http://unix:/a\0b", 16)));
}

TEST(NetworkFormat, zone_is_a_word) {
    EXPECT_TRUE(is_ipv6("fe80::1%eth0.1"));
    EXPECT_FALSE(is_ipv6("fe80::1%"));
    EXPECT_FALSE(is_ipv6("fe80::1%eth0\n"));
    EXPECT_FALSE(is_ipv4(std::string("10.0.0.1\0x", 10)));
}

TEST(NetworkFormat, cidr_says_how_long_a_network_may_be) {
    EXPECT_EQ(check_cidr("10.0.0.0/33")->help, "write /0 to /32");
    EXPECT_EQ(check_cidr("::/129")->help, "write /0 to /128");
}

TEST(NetworkFormat, host_port_needs_both) {
    for (const char* text : {"db:5432", "127.0.0.1:1", "[::1]:65535", "a.b-c.d_e:0"}) {
        EXPECT_FALSE(check_host_port(text)) << text;
    }
    for (const char* text : {"",
                             "db",
                             "db:",
                             ":80",
                             "db:65536",
                             "db:x",
                             "::1:80",
                             "[::1]",
                             "[::1]80",
                             "[",
                             "[]:80",
                             "a b:80"}) {
        EXPECT_TRUE(check_host_port(text)) << text;
    }
}

TEST(NetworkFormat, url_has_a_scheme_and_a_host) {
    for (const char* text : {"http://127.0.0.1:3000",
                             "https://x/y?z#w",
                             "http://[::1]:80/",
                             "redis://u:p@h:1",
                             "http://unix:/run/x.sock"}) {
        EXPECT_FALSE(check_url(text)) << text;
    }
    for (const char* text :
         {"", "localhost", "://x", "http://", "http://:80", "http://x:y", "http://a b"}) {
        EXPECT_TRUE(check_url(text)) << text;
    }
    EXPECT_EQ(check_url("app:3000")->help, "write it with its scheme: http://app:3000");
}

TEST(NetworkFormat, a_host_name_has_labels_of_at_most_63) {
    EXPECT_TRUE(is_host_name(std::string(63, 'a') + ".example"));
    EXPECT_FALSE(is_host_name(std::string(64, 'a') + ".example"));
    EXPECT_FALSE(is_host_name(std::string(254, 'a')));
    for (const char* name : {"", ".", "a.", ".a", "a..b", "-a", "a-", "a b", "a/b", "*.a"}) {
        EXPECT_FALSE(is_host_name(name)) << name;
    }
}

TEST(NetworkFormat, ports_are_digits) {
    EXPECT_EQ(read_port("0"), 0);
    EXPECT_EQ(read_port("65535"), 65535);
    for (const char* text : {"", "-0", "-1", "+1", "65536", "1.0", " 1", "0x50"}) {
        EXPECT_FALSE(read_port(text)) << text;
    }
}

TEST(NetworkFormat, an_expression_that_needs_back_tracking_is_refused) {
    EXPECT_FALSE(check_regex("^/a/[0-9]+$"));
    for (const char* text : {"(", "(?=a)", "(a)\\1", "*"}) {
        EXPECT_TRUE(check_regex(text)) << text;
    }
}

}  // namespace
}  // namespace berth
