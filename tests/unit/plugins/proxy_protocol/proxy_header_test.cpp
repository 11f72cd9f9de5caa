#include "proxy_header.h"

#include "berth/cpp/address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace berth::proxy_protocol {
namespace {

using Outcome = ProxyHeader::Outcome;

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) {
        text.push_back(static_cast<char>(value));
    }
    return text;
}

// Signature, command, family, length of body, body.
std::string version2(int command, int family, const std::string& body) {
    const auto size = static_cast<int>(body.size());
    return std::string("\r\n\r\n\0\r\nQUIT\n", 12) +
           bytes({command, family, size >> 8, size & 255}) + body;
}

const std::string kTcp4 = bytes({192, 0, 2, 1, 192, 0, 2, 2, 0x12, 0x67, 0, 80});

std::string source(const ProxyHeader& header) {
    char out[sdk::kIpSize];
    return header.outcome == Outcome::kBad    ? "bad"
           : header.outcome == Outcome::kMore ? "more"
           : !header.has_source               ? "none"
                                : std::string(out, sdk::format_ip(header.source, out)) + " " +
                                      std::to_string(header.source_port);
}

std::string source_of(const std::string& text, unsigned versions = kBothVersions) {
    return source(parse_proxy_header(text, versions));
}

TEST(ProxyHeader, of_version_1_names_the_client) {
    EXPECT_EQ(source_of("PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\n"), "192.0.2.1 4711");
    EXPECT_EQ(source_of("PROXY TCP6 2001:db8::1 2001:db8::2 65535 443\r\n"), "2001:db8::1 65535");
    EXPECT_EQ(source_of("PROXY UNKNOWN\r\n"), "none");
    EXPECT_EQ(source_of("PROXY UNKNOWN ffff::1 whatever 1 2\r\n"), "none");
}

TEST(ProxyHeader, of_version_1_is_exact) {
    for (const char* bad : {"PROXY TCP4 192.0.2.1 192.0.2.2 4711\r\n",
                            "PROXY TCP4 192.0.2.1 192.0.2.2 4711 80 \r\n",
                            "PROXY TCP4  192.0.2.1 192.0.2.2 4711 80\r\n",
                            "PROXY TCP4 192.0.2.1 192.0.2.2 65536 80\r\n",
                            "PROXY TCP4 192.0.2.1 192.0.2.2 04711 80\r\n",
                            "PROXY TCP4 192.0.2.1 192.0.2.2 +1 80\r\n",
                            "PROXY TCP4 2001:db8::1 192.0.2.2 4711 80\r\n",
                            "PROXY TCP4 192.0.2.256 192.0.2.2 4711 80\r\n",
                            "PROXY TCP6 2001:db8::1 x 4711 80\r\n",
                            "PROXY UDP4 192.0.2.1 192.0.2.2 4711 80\r\n",
                            "PROXY \r\n",
                            "PROXY\r\n",
                            "proxy TCP4 192.0.2.1 192.0.2.2 4711 80\r\n",
                            "GET / HTTP/1.1\r\n",
                            "\x16\x03\x01"}) {
        EXPECT_EQ(source_of(bad), "bad") << bad;
    }
}

TEST(ProxyHeader, of_version_1_has_at_most_107_bytes) {
    const std::string head = "PROXY UNKNOWN ";
    const std::string longest = head + std::string(kVersion1Max - head.size() - 2, 'x');
    EXPECT_EQ(source_of(longest + "\r\n"), "none");
    EXPECT_EQ(source_of(longest), "more");
    EXPECT_EQ(source_of(longest + "x\r\n"), "bad");
    EXPECT_EQ(source_of(longest + "xx"), "bad");
}

TEST(ProxyHeader, of_version_2_names_the_client) {
    EXPECT_EQ(source_of(version2(0x21, 0x11, kTcp4)), "192.0.2.1 4711");
    std::string v6(36, '\0');
    v6.replace(0, 2, "\x20\x01");
    v6[15] = 7;
    v6[33] = 9;
    EXPECT_EQ(source_of(version2(0x21, 0x21, v6)), "2001::7 9");
}

TEST(ProxyHeader, of_version_2_may_name_nobody) {
    EXPECT_EQ(source_of(version2(0x20, 0x00, "")), "none");
    EXPECT_EQ(source_of(version2(0x20, 0x11, kTcp4)), "none") << "LOCAL: the proxy itself";
    EXPECT_EQ(source_of(version2(0x20, 0xff, "ignored")), "none");
    EXPECT_EQ(source_of(version2(0x21, 0x00, "")), "none");
    EXPECT_EQ(source_of(version2(0x21, 0x12, kTcp4)), "none") << "UDP";
    EXPECT_EQ(source_of(version2(0x21, 0x31, std::string(216, 'x'))), "none") << "Unix";
}

TEST(ProxyHeader, of_version_2_is_exact) {
    EXPECT_EQ(source_of(version2(0x22, 0x11, kTcp4)), "bad");
    EXPECT_EQ(source_of(version2(0x11, 0x11, kTcp4)), "bad");
    EXPECT_EQ(source_of(version2(0x21, 0x41, kTcp4)), "bad");
    EXPECT_EQ(source_of(version2(0x21, 0x13, kTcp4)), "bad");
    EXPECT_EQ(source_of(version2(0x21, 0x11, kTcp4.substr(1))), "bad");
    EXPECT_EQ(source_of(version2(0x21, 0x21, kTcp4)), "bad");
}

TEST(ProxyHeader, checks_the_bounds_of_tlvs) {
    EXPECT_EQ(source_of(version2(0x21, 0x11, kTcp4 + bytes({1, 0, 2, 'h', '2'}))),
              "192.0.2.1 4711");
    EXPECT_EQ(source_of(version2(0x21, 0x11, kTcp4 + bytes({4, 0, 0, 1, 0, 1, 'x'}))),
              "192.0.2.1 4711");
    for (const auto& tlv : {bytes({1}),
                            bytes({1, 0}),
                            bytes({1, 0, 3, 'h', '2'}),
                            bytes({1, 255, 255}),
                            bytes({4, 0, 0, 1})}) {
        EXPECT_EQ(source_of(version2(0x21, 0x11, kTcp4 + tlv)), "bad");
    }
}

TEST(ProxyHeader, of_version_2_has_at_most_4_KiB) {
    const auto with_noop = [](size_t total) {
        const size_t value = total - 16 - kTcp4.size() - 3;
        return version2(
            0x21,
            0x11,
            kTcp4 + bytes({4, static_cast<int>(value >> 8), static_cast<int>(value & 255)}) +
                std::string(value, 'x'));
    };
    EXPECT_EQ(source_of(with_noop(kVersion2Max)), "192.0.2.1 4711");
    EXPECT_EQ(source_of(with_noop(kVersion2Max + 1)), "bad");
    EXPECT_EQ(source_of(with_noop(kVersion2Max + 1).substr(0, 16)), "bad") << "before it came";
}

TEST(ProxyHeader, waits_for_all_of_it_and_takes_no_more) {
    for (const std::string& header : {std::string("PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\n"),
                                      version2(0x21, 0x11, kTcp4 + bytes({4, 0, 1, 'x'}))}) {
        for (size_t n = 1; n < header.size(); ++n) {
            EXPECT_EQ(source_of(header.substr(0, n)), "more") << n;
        }
        const ProxyHeader whole =
            parse_proxy_header(header + "GET / HTTP/1.1\r\n\r\n", kBothVersions);
        EXPECT_EQ(whole.size, header.size());
        EXPECT_EQ(source(whole), "192.0.2.1 4711");
    }
}

TEST(ProxyHeader, of_a_version_that_is_not_wanted_is_bad) {
    EXPECT_EQ(source_of("PROXY UNKNOWN\r\n", kVersion1), "none");
    EXPECT_EQ(source_of("PROXY UNKNOWN\r\n", kVersion2), "bad");
    EXPECT_EQ(source_of(version2(0x20, 0, ""), kVersion2), "none");
    EXPECT_EQ(source_of(version2(0x20, 0, ""), kVersion1), "bad");
}

}  // namespace
}  // namespace berth::proxy_protocol
