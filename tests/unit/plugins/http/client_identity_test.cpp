#include "client_identity.h"

#include "http_fixture.h"

#include "berth/cpp/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace berth::http {
namespace {

std::string written(const berth_ip& ip) {
    char out[sdk::kIpSize];
    return sdk::is_no_ip(ip) ? "" : std::string(out, sdk::format_ip(ip, out));
}

class ClientIdentity : public HttpFixture {
protected:
    ClientIdentity() {
        EXPECT_EQ(trust.proxies.add("10.0.0.0/8"), nullptr);
        EXPECT_EQ(trust.proxies.add("2001:db8::/32"), nullptr);
    }

    std::string client(const char* peer, std::vector<std::pair<std::string, std::string>> fields) {
        std::vector<berth_header> headers;
        for (const auto& [name, value] : fields) {
            headers.push_back({sdk::sv(name), sdk::sv(value)});
        }
        const berth_ip ip = *peer == '\0' ? berth_ip{} : *sdk::parse_ip(peer);
        return written(client_address(trust, ip, headers));
    }
    std::string behind_proxy(const char* value) {
        return client("10.0.0.1", {{trust.forwarded ? "forwarded" : "x-forwarded-for", value}});
    }

    Trust trust;
};

TEST_F(ClientIdentity, is_the_peer_unless_that_is_a_trusted_proxy) {
    EXPECT_EQ(client("192.0.2.1", {{"x-forwarded-for", "198.51.100.7"}}), "192.0.2.1");
    EXPECT_EQ(client("10.0.0.1", {{"x-forwarded-for", "198.51.100.7"}}), "198.51.100.7");
    EXPECT_EQ(client("2001:db8::1", {{"x-forwarded-for", "198.51.100.7"}}), "198.51.100.7");
    EXPECT_EQ(client("10.0.0.1", {}), "10.0.0.1");
}

TEST_F(ClientIdentity, nobody_is_trusted_by_default) {
    trust = {};
    EXPECT_EQ(client("127.0.0.1", {{"x-forwarded-for", "198.51.100.7"}}), "127.0.0.1");
    EXPECT_EQ(client("", {{"x-forwarded-for", "198.51.100.7"}}), "");
}

TEST_F(ClientIdentity, a_unix_socket_is_a_proxys_when_any_proxy_is_trusted) {
    EXPECT_EQ(client("", {{"x-forwarded-for", "198.51.100.7, 10.0.0.2"}}), "198.51.100.7");
}

TEST_F(ClientIdentity, is_found_from_the_right) {
    EXPECT_EQ(behind_proxy("1.1.1.1, 198.51.100.7, 10.0.0.9"), "198.51.100.7");
    EXPECT_EQ(behind_proxy("1.1.1.1,198.51.100.7"), "198.51.100.7");
    EXPECT_EQ(behind_proxy("10.0.0.7 ,\t10.0.0.8"), "10.0.0.7");
    EXPECT_EQ(behind_proxy(" , 198.51.100.7, ,"), "198.51.100.7");
    EXPECT_EQ(client("10.0.0.1",
                     {{"x-forwarded-for", "1.1.1.1"},
                      {"via", "x"},
                      {"x-forwarded-for", "198.51.100.7"},
                      {"x-forwarded-for", "10.0.0.8"}}),
              "198.51.100.7");
}

TEST_F(ClientIdentity, is_the_last_known_proxy_when_that_one_does_not_say) {
    EXPECT_EQ(behind_proxy("198.51.100.7, unknown"), "10.0.0.1");
    EXPECT_EQ(behind_proxy("198.51.100.7, garbage, 10.0.0.9"), "10.0.0.9");
}

TEST_F(ClientIdentity, reads_ports_and_brackets) {
    EXPECT_EQ(behind_proxy("198.51.100.7:4711"), "198.51.100.7");
    EXPECT_EQ(behind_proxy("[2001:db9::7]:4711"), "2001:db9::7");
    EXPECT_EQ(behind_proxy("[2001:db9::7]"), "2001:db9::7");
    EXPECT_EQ(behind_proxy("2001:db9::7"), "2001:db9::7");
    for (const char* bad :
         {"[198.51.100.7]", "[2001:db9::7", "[2001:db9::7]x", "198.51.100", "[]"}) {
        EXPECT_EQ(behind_proxy(bad), "10.0.0.1") << bad;
    }
}

TEST_F(ClientIdentity, reads_forwarded_where_the_site_says_so) {
    trust.forwarded = true;
    EXPECT_EQ(behind_proxy("for=198.51.100.7"), "198.51.100.7");
    EXPECT_EQ(behind_proxy("for=1.1.1.1, proto=https; FOR=\"198.51.100.7:80\";by=10.0.0.1"),
              "198.51.100.7");
    EXPECT_EQ(behind_proxy("for=\"[2001:db9::7]:80\", for=10.0.0.9"), "2001:db9::7");
    EXPECT_EQ(behind_proxy("for=198.51.100.7, for=_hidden"), "10.0.0.1");
    EXPECT_EQ(behind_proxy("for=198.51.100.7;for=198.51.100.8"), "10.0.0.1");
    EXPECT_EQ(behind_proxy("by=198.51.100.7"), "10.0.0.1");
    EXPECT_EQ(client("10.0.0.1", {{"x-forwarded-for", "198.51.100.7"}}), "10.0.0.1");
}

TEST_F(ClientIdentity, the_other_field_is_not_read) {
    EXPECT_EQ(
        client("10.0.0.1", {{"x-forwarded-for", "198.51.100.7"}, {"forwarded", "for=1.1.1.1"}}),
        "198.51.100.7");
}

TEST_F(ClientIdentity, an_open_quote_of_the_client_does_not_hide_the_proxys_word) {
    trust.forwarded = true;
    EXPECT_EQ(behind_proxy("for=\", for=198.51.100.7"), "198.51.100.7");
    EXPECT_EQ(behind_proxy("for=\"a, b\", for=\"198.51.100.7\""), "198.51.100.7");
}

TEST_F(ClientIdentity, reaches_handlers_and_the_access_log) {
    std::string seen;
    handler.on_request = [&](berth_http_req* request) {
        seen = sdk::view(http->client(request));
        EXPECT_EQ(sdk::view(http->client(request)), seen);
        return reply(request, "hi");
    };
    configure({{"trust", map({{"proxies", list({"192.0.2.0/24"})}})},
               {"access_log", map({{"format", "common"}, {"to", "log"}})}});
    exchange("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.7\r\n\r\n");
    EXPECT_EQ(seen, "198.51.100.7");
    EXPECT_EQ(host.logs["log"].substr(0, 13), "198.51.100.7 ");
}

TEST_F(ClientIdentity, of_a_site_without_trust_is_the_peer) {
    std::string seen;
    handler.on_request = [&](berth_http_req* request) {
        seen = sdk::view(http->client(request));
        return reply(request, "hi");
    };
    configure();
    exchange("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.7\r\n\r\n");
    EXPECT_EQ(seen, "192.0.2.1");
}

}  // namespace
}  // namespace berth::http
