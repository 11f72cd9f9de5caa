// Closing, timeouts and minimum rates of connections.
#include "base/live.h"
#include "connection_fixture.h"

namespace berth {
namespace {

using test::ConnectionFixture;
using Statuses = std::vector<berth_status>;

class ConnectionCloseWithPoller : public testing::TestWithParam<PollerKind>,
                                  public ConnectionFixture {
protected:
    ConnectionCloseWithPoller() : ConnectionFixture(GetParam()) {}
    // Writes until the socket takes no more.
    void fill() {
        const std::string block(60'000, 'x');
        for (int i = 0; i < 100 && connection->output_bytes() < 2 * block.size(); ++i) {
            write(block);
            turns();
        }
        ASSERT_GT(connection->output_bytes(), 0u);
    }
    uint64_t* count(ConnectionLimit limit) {
        limits.hits[static_cast<size_t>(limit)] = &hits_;
        return &hits_;
    }
    uint64_t hits_ = 0;
};
INSTANTIATE_TEST_SUITE_P(ConnectionClose,
                         ConnectionCloseWithPoller,
                         testing::Values(PollerKind::kEpoll, PollerKind::kPoll),
                         test::poller_name);

TEST_P(ConnectionCloseWithPoller, sends_what_is_queued_first) {
    start();
    write("goodbye");
    connection->close(BERTH_OK, false);
    EXPECT_TRUE(observer.closes.empty()) << "not from inside the call";
    turns(2);
    EXPECT_EQ(receive(), "goodbye");
    EXPECT_TRUE(at_end);
    EXPECT_EQ(observer.closes, Statuses{BERTH_OK});
    EXPECT_EQ(loop->connections(), 0u);
}

TEST_P(ConnectionCloseWithPoller, drops_everything_on_an_error) {
    start();
    write("never sent");
    connection->close(BERTH_E_FAIL, false);
    turns();
    EXPECT_EQ(receive(), "");
    EXPECT_TRUE(at_end);
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_FAIL});
}

TEST_P(ConnectionCloseWithPoller, tells_what_was_never_sent) {
    start();
    fill();
    const uint64_t queued = connection->output_bytes();
    uint64_t told = 0;
    observer.closed = [&] { told = connection->output_bytes(); };
    connection->close(BERTH_E_FAIL, false);
    turns();
    EXPECT_EQ(told, queued);
}

TEST_P(ConnectionCloseWithPoller, happens_once) {
    start();
    connection->close(BERTH_E_FAIL, false);
    connection->close(BERTH_OK, true);
    EXPECT_EQ(write("x"), BERTH_E_STATE);
    turns(3);
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_FAIL});
}

TEST_P(ConnectionCloseWithPoller, works_from_every_callback) {
    observer.on_bytes = [this](berth_rbuf&) {
        write("answer");
        connection->close(BERTH_OK, false);
        EXPECT_TRUE(observer.closes.empty());
        return BERTH_OK;
    };
    start();
    send("question");
    turns();
    EXPECT_EQ(receive(), "answer");
    EXPECT_EQ(observer.closes, Statuses{BERTH_OK});
    EXPECT_EQ(loop->connections(), 0u) << "in the same turn";
}

TEST_P(ConnectionCloseWithPoller, works_before_start) {
    connect();
    connection->close(BERTH_OK, false);
    turns();
    EXPECT_EQ(loop->connections(), 0u);
    receive();
    EXPECT_TRUE(at_end);
}

TEST_P(ConnectionCloseWithPoller, lingers_until_the_peer_has_ended) {
    start();
    write("answer");
    connection->close(BERTH_OK, true);
    turns(2);
    EXPECT_EQ(receive(), "answer");
    EXPECT_TRUE(at_end);
    EXPECT_TRUE(observer.closes.empty());
    send("late upload");
    turns();
    EXPECT_EQ(observer.received, "");
    EXPECT_TRUE(observer.closes.empty());
    peer.reset();
    turns(2);
    EXPECT_EQ(observer.closes, Statuses{BERTH_OK});
}

TEST_P(ConnectionCloseWithPoller, lingers_no_longer_than_allowed) {
    start();
    connection->close(BERTH_E_INVAL, true);
    turns(2);
    EXPECT_TRUE(observer.closes.empty());
    advance(limits.linger_ms - 1);
    EXPECT_TRUE(observer.closes.empty());
    advance(1);
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_INVAL});
}

TEST_P(ConnectionCloseWithPoller, lingers_for_so_many_bytes_only) {
    limits.linger_bytes = 1000;
    start();
    connection->close(BERTH_OK, true);
    turns(2);
    send(std::string(999, 'x'));
    turns();
    EXPECT_TRUE(observer.closes.empty());
    send("x");
    turns();
    EXPECT_EQ(observer.closes, Statuses{BERTH_OK});
}

TEST_P(ConnectionCloseWithPoller, waits_for_a_slow_peer) {
    start();
    fill();
    connection->close(BERTH_OK, false);
    turns(3);
    EXPECT_TRUE(observer.closes.empty());
    while (observer.closes.empty()) {
        ASSERT_FALSE(receive(50'000).empty());
        turns();
    }
    EXPECT_EQ(observer.closes, Statuses{BERTH_OK});
}

TEST_P(ConnectionCloseWithPoller, leaves_nothing_behind) {
    const auto before = live_counts();
    {
        ConnectionFixture other(GetParam());
        other.start();
        other.write(std::string(300'000, 'x'));
        other.send("kept");
        other.turns(3);
    }
    const auto after = live_counts();
    for (size_t i = 0; i < kLiveKinds; ++i) {
        EXPECT_EQ(after[i].objects, before[i].objects) << live_name(static_cast<LiveKind>(i));
        EXPECT_EQ(after[i].bytes, before[i].bytes) << live_name(static_cast<LiveKind>(i));
    }
}

TEST_P(ConnectionCloseWithPoller, ends_with_the_loop) {
    start();
    loop->close_connections(BERTH_E_GONE);
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_GONE});
    EXPECT_EQ(loop->connections(), 0u);
}

TEST_P(ConnectionCloseWithPoller, may_close_another_from_a_callback) {
    start();
    Connection& first = *connection;
    UniqueFd first_peer = std::move(peer);
    test::RecordingObserver other;
    connect().start(other, nullptr, 0);
    other.on_bytes = [&](berth_rbuf& input) {
        first.close(BERTH_E_FAIL, false);
        other.take(input, input.n);
        return BERTH_OK;
    };
    turns(2);
    send("x");
    ASSERT_EQ(::send(first_peer.get(), "y", 1, MSG_NOSIGNAL), 1);
    turns(2);
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_FAIL});
    loop->close_connections(BERTH_OK);
}

// Timeouts

TEST_P(ConnectionCloseWithPoller, times_out_when_idle) {
    start();
    connection->set_timeout(TimeoutKind::kIdle, 1000);
    advance(999);
    EXPECT_EQ(observer.timeouts, 0);
    advance(1);
    EXPECT_EQ(observer.timeouts, 1);
    advance(10'000);
    EXPECT_EQ(observer.timeouts, 1) << "once";
}

TEST_P(ConnectionCloseWithPoller, bytes_either_way_put_the_idle_timeout_off) {
    start();
    connection->set_timeout(TimeoutKind::kIdle, 1000);
    advance(900);
    send("x");
    turns();
    advance(900);
    write("y");
    turns();
    advance(999);
    EXPECT_EQ(observer.timeouts, 0);
    advance(1);
    EXPECT_EQ(observer.timeouts, 1);
}

TEST_P(ConnectionCloseWithPoller, nothing_puts_a_deadline_off) {
    start();
    connection->set_timeout(TimeoutKind::kDeadline, 1000);
    advance(900);
    send("x");
    turns();
    advance(100);
    EXPECT_EQ(observer.timeouts, 1);
}

TEST_P(ConnectionCloseWithPoller, replaces_and_removes_timeouts) {
    start();
    connection->set_timeout(TimeoutKind::kIdle, 1000);
    connection->set_timeout(TimeoutKind::kDeadline, 100);
    advance(100);
    EXPECT_EQ(observer.timeouts, 1);
    connection->set_timeout(TimeoutKind::kDeadline, 100);
    connection->set_timeout(TimeoutKind::kNone, 0);
    advance(100'000);
    EXPECT_EQ(observer.timeouts, 1);
    connection->set_timeout(TimeoutKind::kDeadline, UINT64_MAX);
    advance(100'000);
    EXPECT_EQ(observer.timeouts, 1);
}

TEST_P(ConnectionCloseWithPoller, closes_from_its_timeout) {
    observer.timed_out = [this] {
        write("408");
        connection->close(BERTH_E_TIMEOUT, true);
    };
    start();
    connection->set_timeout(TimeoutKind::kIdle, 1000);
    advance(1000);
    EXPECT_EQ(receive(), "408");
    peer.reset();
    turns(2);
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_TIMEOUT});
}

TEST_P(ConnectionCloseWithPoller, cuts_a_peer_that_takes_nothing) {
    const uint64_t* hits = count(ConnectionLimit::kSendTimeout);
    start();
    fill();
    for (uint64_t ms = 0; ms < limits.send_timeout_ms - 1000; ms += 1000) {
        advance(1000);
        ASSERT_TRUE(observer.closes.empty()) << ms;
    }
    advance(1000);
    advance(0);
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_TIMEOUT});
    EXPECT_EQ(*hits, 1u);
}

// What the peer took early in the window of the rate is no progress later.
TEST_P(ConnectionCloseWithPoller, cuts_a_peer_that_stops_in_less_than_the_window_of_the_rate) {
    const uint64_t* hits = count(ConnectionLimit::kSendTimeout);
    limits.send_timeout_ms = 2'000;
    start();
    fill();
    receive(80'000);  // so many that the kernel counts them as taken
    for (int i = 0; i < 5; ++i) {
        advance(1000);
    }
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_TIMEOUT});
    EXPECT_EQ(*hits, 1u);
}

TEST_P(ConnectionCloseWithPoller, cuts_a_peer_that_takes_too_little) {
    const uint64_t* hits = count(ConnectionLimit::kSendRate);
    limits.send_rate_min = 1'000'000;
    start();
    fill();
    for (int i = 0; i < 40 && observer.closes.empty(); ++i) {
        receive(2'000);
        advance(1000);
    }
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_TIMEOUT});
    EXPECT_EQ(*hits, 1u);
}

TEST_P(ConnectionCloseWithPoller, bears_a_slow_peer) {
    start();
    fill();
    for (int i = 0; i < 60; ++i) {
        receive(2'000);
        advance(1000);
        ASSERT_TRUE(observer.closes.empty()) << "after " << i << " s";
    }
}

TEST_P(ConnectionCloseWithPoller, cuts_a_slow_peer_while_closing) {
    start();
    fill();
    connection->close(BERTH_OK, false);
    turns();
    for (int i = 0; i < 40 && observer.closes.empty(); ++i) {
        advance(1000);
    }
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_TIMEOUT});
}

}  // namespace
}  // namespace berth
