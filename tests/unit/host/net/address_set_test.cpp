#include "net/address_set.h"

#include <gtest/gtest.h>

#include <array>

namespace berth {
namespace {

SocketAddress address(std::string_view text) {
    return SocketAddress::ip(text, 1).value();
}

AddressSet set_of(std::vector<std::string> blocks) {
    return AddressSet::parse(blocks).value();
}

TEST(AddressSet, reads_blocks_and_single_addresses) {
    const AddressRange ten = parse_cidr("10.0.0.0/8").value();
    EXPECT_EQ(ten.family, AddressFamily::kIpv4);
    EXPECT_EQ(ten.first, (AddressBits{0, 0x0a000000}));
    EXPECT_EQ(ten.last, (AddressBits{0, 0x0affffff}));

    const AddressRange one = parse_cidr("2001:db8::1").value();
    EXPECT_EQ(one.family, AddressFamily::kIpv6);
    EXPECT_EQ(one.first, one.last);

    const AddressRange wide = parse_cidr("2001:db8::/33").value();
    EXPECT_EQ(wide.last, (AddressBits{0x20010db8'7fffffff, ~uint64_t{0}}));

    const AddressRange narrow = parse_cidr("2001:db8::/120").value();
    EXPECT_EQ(narrow.last, (AddressBits{0x20010db8'00000000, 0xff}));
}

TEST(AddressSet, prefixes_at_the_edges) {
    EXPECT_EQ(parse_cidr("0.0.0.0/0").value().last, (AddressBits{0, 0xffffffff}));
    EXPECT_EQ(parse_cidr("::/0").value().last, (AddressBits{~uint64_t{0}, ~uint64_t{0}}));
    EXPECT_EQ(parse_cidr("2001:db8::/64").value().last,
              (AddressBits{0x20010db8'00000000, ~uint64_t{0}}));
    EXPECT_EQ(parse_cidr("192.0.2.1/32").value(), parse_cidr("192.0.2.1").value());
}

TEST(AddressSet, mapped_blocks_are_ipv4) {
    EXPECT_EQ(parse_cidr("::ffff:10.0.0.0/104").value(), parse_cidr("10.0.0.0/8").value());
    EXPECT_EQ(parse_cidr("::ffff:10.0.0.1").value(), parse_cidr("10.0.0.1").value());
    EXPECT_FALSE(parse_cidr("::ffff:0.0.0.0/95").ok());
}

TEST(AddressSet, errors_say_what_to_write) {
    const std::array<std::pair<const char*, const char*>, 9> cases = {{
        {"", "'' is not an IPv4 or IPv6 address"},
        {"10.0.0", "'10.0.0' is not an IPv4 or IPv6 address"},
        {"example.com/8", "'example.com' is not an IPv4 or IPv6 address"},
        {"10.0.0.0/33", "'10.0.0.0/33': the prefix length must be a number from 0 to 32"},
        {"::/129", "'::/129': the prefix length must be a number from 0 to 128"},
        {"10.0.0.0/", "'10.0.0.0/': the prefix length must be a number from 0 to 32"},
        {"10.0.0.0/-1", "'10.0.0.0/-1': the prefix length must be a number from 0 to 32"},
        {"10.0.0.5/8",
         "'10.0.0.5/8' has bits set behind its prefix; write 10.0.0.0/8 for the block or 10.0.0.5 "
         "for the one address"},
        {"2001:db8::5/32",
         "'2001:db8::5/32' has bits set behind its prefix; write 2001:db8::/32 for the block or "
         "2001:db8::5 for the one address"},
    }};
    for (const auto& [text, message] : cases) {
        const auto range = parse_cidr(text);
        ASSERT_FALSE(range.ok()) << text;
        EXPECT_EQ(range.error().message, message);
    }
}

TEST(AddressSet, a_text_with_a_zero_byte_is_no_address) {
    EXPECT_FALSE(parse_cidr(std::string_view("10.0.0.1\0junk", 13)).ok());
}

TEST(AddressSet, contains_what_lies_inside) {
    const AddressSet set = set_of({"10.0.0.0/8", "192.0.2.7", "2001:db8::/32"});
    for (const char* inside :
         {"10.0.0.0", "10.255.255.255", "192.0.2.7", "2001:db8::", "2001:db8:ffff::1"}) {
        EXPECT_TRUE(set.contains(address(inside))) << inside;
    }
    for (const char* outside :
         {"9.255.255.255", "11.0.0.0", "192.0.2.6", "192.0.2.8", "2001:db7::1", "2001:db9::"}) {
        EXPECT_FALSE(set.contains(address(outside))) << outside;
    }
}

TEST(AddressSet, mapped_peers_are_ipv4) {
    EXPECT_TRUE(set_of({"10.0.0.0/8"}).contains(address("::ffff:10.1.2.3")));
    EXPECT_FALSE(set_of({"::/0"}).contains(address("::ffff:10.1.2.3")));
    EXPECT_FALSE(set_of({"0.0.0.0/0"}).contains(address("::1")));
}

TEST(AddressSet, nested_and_repeated_blocks) {
    const AddressSet set = set_of({"10.1.0.0/16", "10.0.0.0/8", "10.0.0.0/8", "10.200.0.0/24"});
    EXPECT_TRUE(set.contains(address("10.1.2.3")));
    EXPECT_TRUE(set.contains(address("10.250.0.1")));
    EXPECT_FALSE(set.contains(address("11.0.0.1")));
}

TEST(AddressSet, unix_peers_are_in_no_set) {
    const AddressSet set = set_of({"0.0.0.0/0", "::/0"});
    EXPECT_FALSE(set.contains(SocketAddress::unix_path("/run/x.sock").value()));
    EXPECT_FALSE(set.contains(SocketAddress()));
}

}  // namespace
}  // namespace berth
