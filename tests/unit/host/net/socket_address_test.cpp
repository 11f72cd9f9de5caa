#include "net/socket_address.h"

#include "base/faulty_sys.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

SocketAddress ip(std::string_view text, uint16_t port = 80) {
    auto address = SocketAddress::ip(text, port);
    EXPECT_TRUE(address.ok()) << text;
    return address ? address.value() : SocketAddress();
}

TEST(SocketAddress, writes_what_it_reads) {
    const struct {
        const char* in;
        const char* ip;
        const char* text;
    } rows[] = {
        {"127.0.0.1", "127.0.0.1", "127.0.0.1:80"},
        {"::1", "::1", "[::1]:80"},
        {"[::1]", "::1", "[::1]:80"},
        {"2001:DB8::0:1", "2001:db8::1", "[2001:db8::1]:80"},
        {"::ffff:10.1.2.3", "10.1.2.3", "10.1.2.3:80"},
        {"0.0.0.0", "0.0.0.0", "0.0.0.0:80"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(ip(row.in).ip_text(), row.ip);
        EXPECT_EQ(ip(row.in).text(), row.text);
        EXPECT_EQ(ip(row.in).port(), 80);
    }
}

TEST(SocketAddress, refuses_what_is_no_address) {
    for (const char* bad : {"",
                            "localhost",
                            "127.0.0.1:80",
                            "256.1.1.1",
                            "1.2.3",
                            "[::1",
                            "::1%",
                            "fe80::1%nosuchinterface",
                            "127.0.0.1 ",
                            "::g"}) {
        EXPECT_FALSE(SocketAddress::ip(bad, 1).ok()) << bad;
    }
    EXPECT_FALSE(SocketAddress::ip(std::string_view("127.0.0.1\0.evil.example", 23), 1).ok());
}

TEST(SocketAddress, keeps_the_zone) {
    const SocketAddress one = ip("fe80::1%1");
    EXPECT_NE(one, ip("fe80::1"));
    EXPECT_EQ(one, ip("fe80::1%1"));
    EXPECT_EQ(PeerAddress(one).expand(), one);
}

TEST(SocketAddress, compares) {
    EXPECT_EQ(ip("127.0.0.1"), ip("127.0.0.1"));
    EXPECT_NE(ip("127.0.0.1"), ip("127.0.0.1", 81));
    EXPECT_NE(ip("127.0.0.1"), ip("127.0.0.2"));
    EXPECT_NE(ip("127.0.0.1"), ip("::1"));
    EXPECT_NE(ip("127.0.0.1"), SocketAddress());
}

TEST(SocketAddress, knows_loopback) {
    EXPECT_TRUE(ip("127.8.9.1").is_loopback());
    EXPECT_TRUE(ip("::1").is_loopback());
    EXPECT_TRUE(ip("::ffff:127.0.0.1").is_loopback());
    EXPECT_FALSE(ip("10.0.0.1").is_loopback());
    EXPECT_FALSE(ip("::2").is_loopback());
    EXPECT_FALSE(SocketAddress().is_loopback());
}

TEST(SocketAddress, holds_unix_paths) {
    const auto address = SocketAddress::unix_path("/run/x.sock");
    ASSERT_TRUE(address.ok());
    EXPECT_TRUE(address.value().is_unix());
    EXPECT_EQ(address.value().path(), "/run/x.sock");
    EXPECT_EQ(address.value().text(), "unix:/run/x.sock");
    EXPECT_EQ(address.value().port(), 0);
    EXPECT_EQ(SocketAddress::from(address.value().data(), address.value().size()), address.value());
}

TEST(SocketAddress, bounds_unix_paths) {
    EXPECT_TRUE(SocketAddress::unix_path(std::string(107, 'x')).ok());
    EXPECT_FALSE(SocketAddress::unix_path(std::string(108, 'x')).ok());
    EXPECT_FALSE(SocketAddress::unix_path("").ok());
    EXPECT_FALSE(SocketAddress::unix_path(std::string_view("a\0b", 3)).ok());
}

TEST(SocketAddress, survives_the_compact_form) {
    for (const char* text : {"127.0.0.1", "::1", "::ffff:10.1.2.3", "2001:db8::1"}) {
        EXPECT_EQ(PeerAddress(ip(text, 4711)).expand(), ip(text, 4711));
        EXPECT_EQ(PeerAddress(ip(text, 4711)).expand().family(), ip(text).family());
    }
    const auto path = SocketAddress::unix_path("/run/x.sock");
    EXPECT_TRUE(PeerAddress(path.value()).expand().is_unix());
    EXPECT_EQ(PeerAddress(path.value()).expand().path(), "");
    EXPECT_EQ(PeerAddress().expand().family(), AF_UNSPEC);
    EXPECT_EQ(sizeof(PeerAddress), 24u);
}

TEST(SocketAddress, is_empty_when_the_kernel_does_not_say) {
    EXPECT_EQ(SocketAddress::local_of(-1).family(), AF_UNSPEC);
    EXPECT_EQ(SocketAddress::local_of(-1).text(), "");
}

}  // namespace
}  // namespace berth
