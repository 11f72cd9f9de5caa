#include "support/fake_conn.h"

namespace {

using berth::testing::map;

class Annoyer : public berth::testing::ConnFilterFixture {};

TEST_F(Annoyer, prints_uptime_and_connections) {
    ASSERT_EQ(configure("annoyer", map({{"period", 10}})), BERTH_OK);
    EXPECT_EQ(accept("192.0.2.1"), BERTH_OK);
    EXPECT_EQ(accept("192.0.2.2"), BERTH_OK);
    host.advance(9'999);
    EXPECT_TRUE(host.messages.empty());
    host.advance(60'001);
    ASSERT_EQ(host.messages.size(), 7u);
    EXPECT_EQ(host.messages.back(), "Uptime => 1m 10s | Connections => 2");
}

}  // namespace
