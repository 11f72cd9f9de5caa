#include "berth/cpp/address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace berth::sdk {
namespace {

std::string written(std::string_view text) {
    const auto ip = parse_ip(text);
    char out[kIpSize];
    return ip ? std::string(out, format_ip(*ip, out)) : "none";
}

TEST(AddressText, WritesTheCanonicalForm) {
    const std::pair<const char*, const char*> cases[] = {
        {"192.0.2.7", "192.0.2.7"},
        {"::ffff:192.0.2.7", "192.0.2.7"},
        {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
        {"2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"1:0:0:2:3:0:0:4", "1::2:3:0:0:4"},
        {"1:2:3:4:5:6:0:8", "1:2:3:4:5:6:0:8"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::", "::"},
        {"1::", "1::"},
        {"::1.2.3.4", "::102:304"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    };
    for (const auto& [text, canonical] : cases) {
        EXPECT_EQ(written(text), canonical) << text;
    }
}

TEST(AddressText, RefusesWhatIsNotExactlyAnAddress) {
    for (const char* bad : {"",
                            "1",
                            "1.2.3",
                            "1.2.3.4.5",
                            "256.1.1.1",
                            "01.2.3.4",
                            "1.2.3.4 ",
                            " 1.2.3.4",
                            "+1.2.3.4",
                            "1..2.3",
                            ":",
                            ":::",
                            "1:2:3",
                            "1::2::3",
                            "::12345",
                            "1:",
                            ":1",
                            ":1::",
                            "1.2.3.4::",
                            "1.2::3",
                            "1:2:3:4:5:6:7:8:9",
                            "::1:2:3:4:5:6:7:8",
                            "[::1]",
                            "::1%eth0",
                            "::g",
                            "1:2:3:4:5:6:7:1.2.3.4"}) {
        EXPECT_FALSE(parse_ip(bad)) << bad;
    }
}

TEST(AddressText, TellsKindsApart) {
    EXPECT_TRUE(is_ipv4(*parse_ip("10.0.0.1")));
    EXPECT_FALSE(is_ipv4(*parse_ip("2001:db8::1")));
    EXPECT_TRUE(is_loopback(*parse_ip("127.9.9.9")));
    EXPECT_TRUE(is_loopback(*parse_ip("::1")));
    EXPECT_FALSE(is_loopback(*parse_ip("128.0.0.1")));
    EXPECT_FALSE(is_loopback(*parse_ip("::2")));
    EXPECT_TRUE(is_no_ip(berth_ip{}));
}

TEST(AddressNetworks, HoldWhatIsBetweenFirstAndLast) {
    Networks networks;
    EXPECT_TRUE(networks.empty());
    for (const char* text : {"10.0.0.0/8", "192.0.2.7", "2001:db8::/33", "0.0.0.0/32"}) {
        EXPECT_EQ(networks.add(text), nullptr) << text;
    }
    for (const char* in : {"10.0.0.0",
                           "10.255.255.255",
                           "::ffff:10.1.2.3",
                           "192.0.2.7",
                           "2001:db8::1",
                           "2001:db8:7fff:ffff::",
                           "0.0.0.0"}) {
        EXPECT_TRUE(networks.contains(*parse_ip(in))) << in;
    }
    for (const char* out : {"9.255.255.255",
                            "11.0.0.0",
                            "192.0.2.6",
                            "192.0.2.8",
                            "::10.1.2.3",
                            "2001:db8:8000::",
                            "2001:db7:ffff::",
                            "0.0.0.1",
                            "::"}) {
        EXPECT_FALSE(networks.contains(*parse_ip(out))) << out;
    }
}

TEST(AddressNetworks, OneInsideTheOtherChangesNothing) {
    Networks inner_first, outer_first;
    for (const char* text : {"10.1.0.0/16", "10.3.0.0/16", "12.0.0.0/8", "10.0.0.0/8"}) {
        EXPECT_EQ(inner_first.add(text), nullptr);
    }
    for (const char* text : {"10.0.0.0/8", "10.1.0.0/16", "12.0.0.0/8", "10.0.0.0/8"}) {
        EXPECT_EQ(outer_first.add(text), nullptr);
    }
    for (const char* in : {"10.0.0.1", "10.1.0.1", "10.2.0.1", "10.255.0.1", "12.9.0.1"}) {
        EXPECT_TRUE(inner_first.contains(*parse_ip(in))) << in;
        EXPECT_TRUE(outer_first.contains(*parse_ip(in))) << in;
    }
    EXPECT_FALSE(inner_first.contains(*parse_ip("11.0.0.1")));
    EXPECT_FALSE(outer_first.contains(*parse_ip("13.0.0.1")));
}

TEST(AddressNetworks, EverythingIsANetworkOfLengthZero) {
    Networks v4, v6;
    EXPECT_EQ(v4.add("0.0.0.0/0"), nullptr);
    EXPECT_EQ(v6.add("::/0"), nullptr);
    EXPECT_TRUE(v4.contains(*parse_ip("255.255.255.255")));
    EXPECT_FALSE(v4.contains(*parse_ip("2001:db8::1")));
    EXPECT_TRUE(v6.contains(*parse_ip("2001:db8::1")));
    EXPECT_FALSE(v6.contains(*parse_ip("10.0.0.1")));
}

TEST(AddressNetworks, RefuseTypos) {
    Networks networks;
    for (const char* bad : {"",
                            "/8",
                            "10.0.0.0/",
                            "10.0.0.0/33",
                            "10.0.0.1/8",
                            "::/129",
                            "x/8",
                            "10.0.0.0/-1",
                            "10.0.0.0/8/8",
                            "2001:db8::1/64"}) {
        EXPECT_NE(networks.add(bad), nullptr) << bad;
    }
    EXPECT_TRUE(networks.empty());
}

}  // namespace
}  // namespace berth::sdk
