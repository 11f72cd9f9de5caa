#include "net/connection.h"

#include "connection_fixture.h"

namespace berth {
namespace {

using test::ConnectionFixture;

class ConnectionWithPoller : public testing::TestWithParam<PollerKind>, public ConnectionFixture {
protected:
    ConnectionWithPoller() : ConnectionFixture(GetParam()) {}
};
INSTANTIATE_TEST_SUITE_P(Connection, ConnectionWithPoller,
                         testing::Values(PollerKind::kEpoll, PollerKind::kPoll),
                         test::poller_name);

TEST_P(ConnectionWithPoller, hands_over_what_arrives) {
    start();
    send("hello");
    turns();
    EXPECT_EQ(observer.received, "hello");
    EXPECT_EQ(observer.data_calls, 1);
}

TEST_P(ConnectionWithPoller, sends_what_is_written) {
    start();
    EXPECT_EQ(write("hello"), BERTH_OK);
    turns();
    EXPECT_EQ(receive(), "hello");
}

}  // namespace
}  // namespace berth
