#include "support/fake_conn.h"

namespace {

using berth::testing::list;
using berth::testing::map;

class ProxyProtocol : public berth::testing::ConnFilterFixture {
protected:
    void trust(const berth_cfg& networks) {
        ASSERT_EQ(
            configure("proxy_protocol", map({{"trusted", networks}, {"versions", list({1, 2})}})),
            BERTH_OK);
    }
};

TEST_F(ProxyProtocol, reads_only_what_trusted_proxies_send) {
    trust(list({"10.0.0.0/8"}));
    EXPECT_EQ(accept("10.1.2.3"), BERTH_MORE);
    EXPECT_EQ(accept("192.0.2.1"), BERTH_DECLINED);
    EXPECT_EQ(accept("127.0.0.1"), BERTH_DECLINED);
    EXPECT_EQ(accept(""), BERTH_MORE) << "Unix sockets are the proxy's";
}

TEST_F(ProxyProtocol, takes_the_header_and_renames_the_peer) {
    trust(list({"10.0.0.0/8"}));
    berth_conn conn = conn_of("10.0.0.1");
    size_t used = 0;
    EXPECT_EQ(show(conn, "PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\nGET /", used), BERTH_OK);
    EXPECT_EQ(used, 40u);
    EXPECT_TRUE(berth::sdk::same_ip(conn.peer, *berth::sdk::parse_ip("192.0.2.1")));
    EXPECT_EQ(conn.peer_port, 4711);
}

TEST_F(ProxyProtocol, leaves_the_peer_of_a_health_check) {
    trust(list({"10.0.0.0/8"}));
    berth_conn conn = conn_of("10.0.0.1");
    size_t used = 0;
    EXPECT_EQ(show(conn, "PROXY UNKNOWN\r\n", used), BERTH_OK);
    EXPECT_TRUE(berth::sdk::same_ip(conn.peer, *berth::sdk::parse_ip("10.0.0.1")));
}

TEST_F(ProxyProtocol, waits_for_a_header_and_closes_without) {
    trust(list({"10.0.0.0/8"}));
    berth_conn conn = conn_of("10.0.0.1");
    size_t used = 0;
    EXPECT_EQ(show(conn, "PRO", used), BERTH_MORE);
    EXPECT_EQ(show(conn, "GET / HTTP/1.1\r\n", used), BERTH_DECLINED);
}

TEST_F(ProxyProtocol, refuses_networks_with_typos) {
    EXPECT_EQ(configure("proxy_protocol", map({{"trusted", list({"10.0.0.1/8"})}})), BERTH_E_INVAL);
    EXPECT_EQ(host.failures.size(), 1u);
}

}  // namespace
