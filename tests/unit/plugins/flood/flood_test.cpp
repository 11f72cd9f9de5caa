#include "support/fake_conn.h"

namespace {

using berth::testing::list;
using berth::testing::map;

class Flood : public berth::testing::ConnFilterFixture {
protected:
    void SetUp() override {
        ASSERT_EQ(configure("flood",
                            map({{"connections_per_minute", 3},
                                 {"ban", 120'000},
                                 {"allow", list({"198.51.100.0/24"})}})),
                  BERTH_OK);
    }
    int accepted_of(int n, std::string_view peer) {
        int accepted = 0;
        for (int i = 0; i < n; ++i) {
            accepted += accept(peer) == BERTH_OK ? 1 : 0;
        }
        return accepted;
    }
};

TEST_F(Flood, refuses_an_address_that_connects_too_often) {
    EXPECT_EQ(accepted_of(10, "192.0.2.1"), 3);
    EXPECT_EQ(accepted_of(3, "192.0.2.2"), 3) << "others are not concerned";
}

TEST_F(Flood, counts_by_the_minute) {
    EXPECT_EQ(accepted_of(3, "192.0.2.1"), 3);
    host.advance(60'000);
    EXPECT_EQ(accepted_of(3, "192.0.2.1"), 3);
}

TEST_F(Flood, ends_a_ban_after_its_time) {
    EXPECT_EQ(accepted_of(4, "192.0.2.1"), 3);
    host.advance(119'999);
    EXPECT_EQ(accept("192.0.2.1"), BERTH_DECLINED) << "asking again does not make it longer";
    host.advance(1);
    EXPECT_EQ(accepted_of(4, "192.0.2.1"), 3);
}

TEST_F(Flood, counts_ipv6_by_the_network_of_a_customer) {
    EXPECT_EQ(accepted_of(2, "2001:db8:0:1::1"), 2);
    EXPECT_EQ(accepted_of(2, "2001:db8:0:1:ffff::2"), 1);
    EXPECT_EQ(accepted_of(1, "2001:db8:0:2::1"), 1);
}

TEST_F(Flood, does_not_count_local_and_allowed_peers) {
    for (const char* peer : {"127.0.0.1", "::1", "", "198.51.100.9"}) {
        EXPECT_EQ(accepted_of(10, peer), 10) << peer;
    }
}

TEST_F(Flood, counts_local_peers_when_told_to) {
    ASSERT_EQ(configure("flood",
                        map({{"connections_per_minute", 2}, {"ban", 1000}, {"count_local", true}})),
              BERTH_OK);
    EXPECT_EQ(accepted_of(10, "127.0.0.1"), 2);
    EXPECT_EQ(accepted_of(10, ""), 2);
}

}  // namespace
