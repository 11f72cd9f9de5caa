#include "config/listen_url.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

ListenAddress address(const std::string& url) {
    const ListenUrl read = read_listen_url(url);
    EXPECT_EQ(read.problem, "") << url;
    return read.address;
}

std::string help(const std::string& url) {
    const ListenUrl read = read_listen_url(url);
    EXPECT_NE(read.problem, "") << url;
    return read.help;
}

TEST(ListenUrl, names_protocol_host_and_port) {
    const ListenAddress read = address("http://127.0.0.1:8081");
    EXPECT_EQ(read.protocol, "http");
    EXPECT_FALSE(read.tls);
    EXPECT_EQ(read.host, "127.0.0.1");
    EXPECT_EQ(read.port, 8081);
    EXPECT_FALSE(read.is_unix());
}

TEST(ListenUrl, a_final_s_means_tls_where_the_name_does_not_end_so) {
    struct Case {
        const char *url, *protocol;
        bool tls;
    };
    for (const Case& c : {Case{"https://:1", "http", true},
                          Case{"smtps://:1", "smtp", true},
                          Case{"wss://:1", "ws", true},
                          Case{"ws://:1", "ws", false},
                          Case{"dns://:1", "dns", false},
                          Case{"socks://:1", "socks", false},
                          Case{"socks5://:1", "socks5", false},
                          Case{"s://:1", "s", false}}) {
        EXPECT_EQ(address(c.url).protocol, c.protocol) << c.url;
        EXPECT_EQ(address(c.url).tls, c.tls) << c.url;
    }
}

TEST(ListenUrl, without_a_host_it_is_every_address) {
    for (const char* url : {"http://:80", "http://*:80"}) {
        EXPECT_EQ(address(url).host, "") << url;
        EXPECT_EQ(address(url).port, 80) << url;
    }
}

TEST(ListenUrl, without_a_port_it_is_8080) {
    for (const char* url : {"http://localhost", "http://localhost/", "http://[::1]", "http://"}) {
        EXPECT_EQ(address(url).port, 8080) << url;
    }
}

TEST(ListenUrl, port_0_is_any_free_port) {
    EXPECT_EQ(address("http://:0").port, 0);
}

TEST(ListenUrl, ipv6_stands_in_brackets) {
    EXPECT_EQ(address("http://[::1]:81").host, "::1");
    EXPECT_EQ(address("http://[fe80::1%eth0]:81").host, "fe80::1%eth0");
    EXPECT_EQ(help("http://::1"), "did you mean '[::1]'?");
    for (const char* url :
         {"http://[::1", "http://[]:80", "http://[localhost]:80", "http://[::1]80"}) {
        EXPECT_NE(help(url), "") << url;
    }
}

TEST(ListenUrl, a_unix_socket_is_an_absolute_path) {
    EXPECT_EQ(address("http://unix:/run/x.sock").unix_path, "/run/x.sock");
    EXPECT_TRUE(address("http://unix:/run/x.sock").is_unix());
    EXPECT_EQ(help("http://unix:run/x.sock"), "write http://unix:/run/name.sock");
    EXPECT_EQ(help("https://unix:"), "write https://unix:/run/name.sock");
}

TEST(ListenUrl, the_path_of_a_unix_socket_fits_a_sockaddr) {
    EXPECT_EQ(address("http://unix:/" + std::string(106, 'x')).unix_path.size(), 107u);
    EXPECT_EQ(help("http://unix:/" + std::string(107, 'x')), "use a shorter path");
}

TEST(ListenUrl, what_is_no_port_is_refused) {
    for (const char* port : {"65536", "-1", "-0", "80x", "", "x", "000080", "8 0"}) {
        EXPECT_EQ(help("http://localhost:" + std::string(port)),
                  "ports are 1 to 65535, or 0 for any free one")
            << port;
    }
}

TEST(ListenUrl, what_is_no_host_is_refused) {
    for (const char* host : {"1.2.3", "256.1.1.1", "a b", "-x", "x..y", "user@host", "h\xc3\xa4"}) {
        EXPECT_NE(read_listen_url("http://" + std::string(host) + ":80").problem, "") << host;
    }
}

TEST(ListenUrl, a_missing_scheme_is_added_by_the_suggestion) {
    EXPECT_EQ(help("8080"), "did you mean 'http://:8080'?");
    EXPECT_EQ(help("127.0.0.1:80"), "did you mean 'http://127.0.0.1:80'?");
    EXPECT_EQ(help("HTTP://:80"), "write for example http://");
    EXPECT_EQ(help("://:80"), "write for example http://");
}

TEST(ListenUrl, a_path_belongs_into_routes) {
    for (const char* rest : {"/docs", "/?x", "?x", "#x"}) {
        EXPECT_EQ(help("http://:80" + std::string(rest)),
                  "leave '" + std::string(rest) + "' out, and use routes");
    }
}

TEST(ListenUrl, is_written_as_it_was_read) {
    for (const char* url :
         {"http://127.0.0.1:80", "https://[::1]:8443", "http://:80", "https://unix:/run/x.sock"}) {
        EXPECT_EQ(address(url).text(), url);
    }
}

TEST(ListenUrl, the_same_socket_has_the_same_text) {
    EXPECT_EQ(address("http://:8080").socket_text(), address("https://*").socket_text());
    EXPECT_NE(address("http://[::1]:80").socket_text(),
              address("http://127.0.0.1:80").socket_text());
}

}  // namespace
}  // namespace berth
