#include "net/acl.h"

#include <gtest/gtest.h>

namespace berth {
namespace {

Acl acl(std::vector<std::string> allow, std::vector<std::string> deny) {
    return Acl::parse(allow, deny).value();
}

bool admits(const Acl& acl, std::string_view peer) {
    return acl.admits(SocketAddress::ip(peer, 1).value());
}

TEST(Acl, without_lists_everybody_is_admitted) {
    EXPECT_TRUE(admits(Acl(), "192.0.2.1"));
    EXPECT_TRUE(admits(Acl(), "2001:db8::1"));
}

TEST(Acl, with_an_allow_list_only_those_on_it) {
    const Acl office = acl({"10.0.0.0/8", "2001:db8::/32"}, {});
    EXPECT_TRUE(admits(office, "10.1.1.1"));
    EXPECT_TRUE(admits(office, "2001:db8::1"));
    EXPECT_FALSE(admits(office, "192.0.2.1"));
    EXPECT_FALSE(admits(office, "2001:db9::1"));
}

TEST(Acl, deny_wins) {
    const Acl office = acl({"10.0.0.0/8"}, {"10.66.0.0/16"});
    EXPECT_TRUE(admits(office, "10.65.0.1"));
    EXPECT_FALSE(admits(office, "10.66.0.1"));
    const Acl open = acl({}, {"192.0.2.1"});
    EXPECT_FALSE(admits(open, "192.0.2.1"));
    EXPECT_TRUE(admits(open, "192.0.2.2"));
}

TEST(Acl, peers_of_dual_stack_sockets_are_ipv4) {
    const Acl office = acl({"10.0.0.0/8"}, {});
    EXPECT_TRUE(admits(office, "::ffff:10.1.2.3"));
    EXPECT_FALSE(admits(acl({}, {"10.0.0.0/8"}), "::ffff:10.1.2.3"));
    EXPECT_TRUE(admits(acl({}, {"::/0"}), "10.1.2.3"));
    EXPECT_FALSE(admits(acl({}, {"::/0"}), "2001:db8::1"));
}

TEST(Acl, unix_peers_are_governed_by_their_file) {
    const Acl closed = acl({"192.0.2.1"}, {"0.0.0.0/0"});
    EXPECT_TRUE(closed.admits(SocketAddress::unix_path("/run/x.sock").value()));
}

TEST(Acl, a_bad_block_in_either_list_is_an_error) {
    const std::vector<std::string> good = {"10.0.0.0/8"};
    const std::vector<std::string> bad = {"10.0.0.0/8", "nonsense"};
    EXPECT_EQ(Acl::parse(bad, good).error().message,
              "'nonsense' is neither an address nor a network");
    EXPECT_FALSE(Acl::parse(good, bad).ok());
}

}  // namespace
}  // namespace berth
