#include "net/connection.h"

#include "base/live.h"
#include "connection_fixture.h"

#include <sys/un.h>

namespace berth {
namespace {

using test::ConnectionFixture;
using test::segment;

class ConnectionWithPoller : public testing::TestWithParam<PollerKind>, public ConnectionFixture {
protected:
    ConnectionWithPoller() : ConnectionFixture(GetParam()) {}
};
INSTANTIATE_TEST_SUITE_P(Connection,
                         ConnectionWithPoller,
                         testing::Values(PollerKind::kEpoll, PollerKind::kPoll),
                         test::poller_name);

struct CountingOwner : berth_owner {
    CountingOwner()
        : berth_owner{nullptr, [](berth_owner* o) { ++static_cast<CountingOwner*>(o)->released; }} {
    }
    int released = 0;
};

berth_seg owned(std::string_view text, CountingOwner& owner) {
    berth_seg seg = segment(BERTH_SEG_OWNED, text);
    seg.v.owner = &owner;
    return seg;
}

// Input

TEST_P(ConnectionWithPoller, hands_over_what_arrives) {
    start();
    send("hello");
    turns();
    EXPECT_EQ(observer.received, "hello");
    EXPECT_EQ(observer.data_calls, 1);
}

TEST_P(ConnectionWithPoller, reads_what_came_before_it_started) {
    connect();
    send("early");
    connection->start(observer, nullptr, 0);
    EXPECT_EQ(observer.data_calls, 0) << "not from inside start()";
    turns();
    EXPECT_EQ(observer.received, "early");
}

TEST_P(ConnectionWithPoller, presents_the_rest_in_front_of_newer_bytes) {
    observer.on_bytes = [this](berth_rbuf& input) {
        if (input.n >= 6) {
            observer.take(input, 6);
        }
        return BERTH_MORE;
    };
    start();
    send("abc");
    turns();
    EXPECT_EQ(live_count(LiveKind::kHeapBlock).objects, 1u);
    send("defgh");
    turns();
    EXPECT_EQ(observer.received, "abcdef");
    EXPECT_EQ(observer.last_size, 8u);
    send("ijkl");
    turns();
    EXPECT_EQ(observer.received, "abcdefghijkl");
    EXPECT_EQ(live_count(LiveKind::kHeapBlock).objects, 0u) << "an idle connection holds no buffer";
}

TEST_P(ConnectionWithPoller, closes_when_too_much_is_left) {
    limits.kept_input_max = 100;
    uint64_t hits = 0;
    limits.hits[static_cast<size_t>(ConnectionLimit::kKeptInput)] = &hits;
    observer.on_bytes = [](berth_rbuf&) { return BERTH_MORE; };
    start();
    send(std::string(100, 'x'));
    turns();
    EXPECT_TRUE(observer.closes.empty());
    send("x");
    turns();
    EXPECT_EQ(observer.closes, std::vector<berth_status>{BERTH_E_LIMIT});
    EXPECT_EQ(hits, 1u);
}

TEST_P(ConnectionWithPoller, closes_with_the_status_of_on_data) {
    observer.on_bytes = [](berth_rbuf&) { return BERTH_E_INVAL; };
    start();
    send("x");
    turns();
    EXPECT_EQ(observer.closes, std::vector<berth_status>{BERTH_E_INVAL});
    EXPECT_EQ(loop->connections(), 0u);
}

TEST_P(ConnectionWithPoller, tells_the_end_once_and_goes_on_writing) {
    start();
    send("last words");
    ::shutdown(peer.get(), SHUT_WR);
    turns(3);
    EXPECT_EQ(observer.received, "last words");
    EXPECT_EQ(observer.ends, 1);
    EXPECT_EQ(write("answer"), BERTH_OK);
    turns();
    EXPECT_EQ(receive(), "answer");
    EXPECT_TRUE(observer.closes.empty());
}

TEST_P(ConnectionWithPoller, reads_a_flood_in_shares) {
    start();
    ASSERT_EQ(::fcntl(peer.get(), F_SETFL, O_NONBLOCK), 0);
    const std::string block(150'000, 'x');
    size_t sent = 0;
    for (int i = 0; i < 40; ++i) {
        const ssize_t n = ::send(peer.get(), block.data(), block.size(), MSG_NOSIGNAL);
        sent += n > 0 ? static_cast<size_t>(n) : 0;
        turns();
    }
    turns(5);
    EXPECT_EQ(observer.received.size(), sent);
    EXPECT_GT(sent, 1'000'000u);
}

TEST_P(ConnectionWithPoller, stops_reading_while_paused) {
    start();
    connection->pause_reading(true);
    send("one");
    turns(2);
    EXPECT_EQ(observer.data_calls, 0);
    send("two");
    connection->pause_reading(false);
    EXPECT_EQ(observer.data_calls, 0) << "not from inside the call";
    turns();
    EXPECT_EQ(observer.received, "onetwo");
}

TEST_P(ConnectionWithPoller, presents_kept_bytes_again_after_a_pause) {
    observer.on_bytes = [this](berth_rbuf& input) {
        observer.take(input, 3);
        connection->pause_reading(true);
        return BERTH_OK;
    };
    start();
    send("onetwosix");
    turns();
    EXPECT_EQ(observer.received, "one");
    connection->pause_reading(false);
    turns();
    EXPECT_EQ(observer.received, "onetwo");
    connection->pause_reading(false);
    turns(2);
    EXPECT_EQ(observer.received, "onetwosix");
}

TEST_P(ConnectionWithPoller, presents_the_rest_when_resumed_inside_on_data) {
    observer.on_bytes = [this](berth_rbuf& input) {
        observer.take(input, 3);
        connection->pause_reading(true);
        connection->pause_reading(false);
        return BERTH_OK;
    };
    start();
    send("onetwosix");
    turns(4);
    EXPECT_EQ(observer.received, "onetwosix");
    EXPECT_EQ(observer.data_calls, 3);
}

TEST_P(ConnectionWithPoller, keeps_the_end_until_kept_bytes_are_used) {
    observer.on_bytes = [this](berth_rbuf& input) {
        observer.take(input, 1);
        connection->pause_reading(true);
        return BERTH_OK;
    };
    start();
    send("ab");
    turns();
    ::shutdown(peer.get(), SHUT_WR);
    turns(2);
    EXPECT_EQ(observer.ends, 0);
    connection->pause_reading(false);
    turns(2);
    EXPECT_EQ(observer.received, "ab");
    EXPECT_EQ(observer.ends, 0);
    connection->pause_reading(false);
    turns(2);
    EXPECT_EQ(observer.ends, 1);
}

TEST_P(ConnectionWithPoller, finds_out_about_a_reset) {
    start();
    write("x");
    turns();
    peer.reset();  // unread bytes make it a reset
    turns(2);
    if (observer.closes.empty()) {  // Unix sockets may report the end alone
        EXPECT_EQ(observer.ends, 1);
        write("y");
        turns(2);
    }
    EXPECT_EQ(observer.closes, std::vector<berth_status>{BERTH_E_IO});
}

TEST_P(ConnectionWithPoller, hands_over_to_another_observer) {
    test::RecordingObserver second;
    observer.on_bytes = [&](berth_rbuf& input) {
        observer.take(input, input.n);
        connection->set_observer(second);
        return BERTH_OK;
    };
    start();
    send("one");
    turns();
    send("two");
    turns();
    connection->close(BERTH_OK, false);
    turns();
    EXPECT_EQ(observer.received, "one");
    EXPECT_EQ(second.received, "two");
    EXPECT_TRUE(observer.closes.empty());
    EXPECT_EQ(second.closes, std::vector<berth_status>{BERTH_OK});
}

// Output

TEST_P(ConnectionWithPoller, sends_what_is_written) {
    start();
    EXPECT_EQ(write("hello"), BERTH_OK);
    EXPECT_EQ(receive(), "") << "at the end of the turn, not before";
    turns();
    EXPECT_EQ(receive(), "hello");
}

TEST_P(ConnectionWithPoller, sends_all_kinds_in_order) {
    start();
    const std::string big(5000, 'b'), huge(100'000, 'h'), fixed(3000, 's');
    CountingOwner small_owner, big_owner;
    const berth_seg segments[] = {segment(BERTH_SEG_COPY, "copy "),
                                  owned("small ", small_owner),
                                  owned(big, big_owner),
                                  segment(BERTH_SEG_STATIC, fixed),
                                  segment(BERTH_SEG_ARENA, big),
                                  segment(BERTH_SEG_COPY, huge),
                                  segment(BERTH_SEG_STATIC, "end")};
    EXPECT_EQ(connection->write(segments, false), BERTH_AGAIN);
    EXPECT_EQ(small_owner.released, 1) << "copied at once";
    EXPECT_EQ(big_owner.released, 0);
    std::string got;
    for (int i = 0; i < 20; ++i) {
        turns();
        got += receive();
    }
    EXPECT_EQ(got, "copy small " + big + fixed + big + huge + "end");
    EXPECT_EQ(big_owner.released, 1);
    EXPECT_EQ(connection->output_bytes(), 0u);
}

TEST_P(ConnectionWithPoller, copies_small_writes_at_once) {
    start();
    std::string reused = "first";
    write(reused);
    reused = "again";
    write(reused);
    turns();
    EXPECT_EQ(receive(), "firstagain");
}

TEST_P(ConnectionWithPoller, says_again_and_then_writable) {
    start();
    const std::string block(60'000, 'x');
    EXPECT_EQ(write(block), BERTH_OK);
    EXPECT_EQ(write(block), BERTH_AGAIN);
    while (observer.writables == 0) {
        turns();
        ASSERT_FALSE(receive().empty() && connection->output_bytes() > limits.low_watermark);
    }
    EXPECT_LE(connection->output_bytes(), limits.low_watermark);
    turns(3);
    EXPECT_EQ(observer.writables, 1);
}

TEST_P(ConnectionWithPoller, streams_as_much_as_the_peer_takes) {
    start();
    const std::string block(30'000, 'x');
    size_t written = 0;
    const auto fill = [&] {
        while (written < 20'000'000) {
            written += block.size();
            if (write(block) == BERTH_AGAIN) {
                return;
            }
        }
        connection->close(BERTH_OK, false);
    };
    observer.writable = fill;
    fill();
    size_t got = 0;
    while (observer.closes.empty()) {
        turns();
        got += receive().size();
        if (observer.closes.empty()) {  // it is still there
            ASSERT_LE(connection->output_bytes(), limits.high_watermark + block.size());
        }
    }
    got += receive().size();
    EXPECT_EQ(got, written);
}

TEST_P(ConnectionWithPoller, accepts_up_to_the_hard_cap) {
    limits.output_max = 100'000;
    uint64_t hits = 0;
    limits.hits[static_cast<size_t>(ConnectionLimit::kOutput)] = &hits;
    start();
    const std::string text(100'000, 'x');
    CountingOwner owner;
    const berth_seg seg = owned(text, owner);
    EXPECT_EQ(connection->write({&seg, 1}, false), BERTH_AGAIN);
    EXPECT_EQ(connection->write({&seg, 1}, false), BERTH_E_LIMIT);
    EXPECT_EQ(owner.released, 1) << "the refused reference";
    EXPECT_EQ(connection->output_bytes(), 100'000u);
    berth_seg endless = segment(BERTH_SEG_STATIC, "x");
    endless.len = UINT64_MAX;
    const berth_seg sum[] = {endless, endless};
    EXPECT_EQ(connection->write(sum, false), BERTH_E_LIMIT);
    EXPECT_EQ(hits, 2u);
    loop->close_connections(BERTH_OK);
    EXPECT_EQ(owner.released, 2);
}

TEST_P(ConnectionWithPoller, refuses_what_is_no_file) {
    start();
    berth_seg seg = segment(BERTH_SEG_FILE, "x");
    seg.u.file = nullptr;
    EXPECT_EQ(connection->write({&seg, 1}, false), BERTH_E_INVAL);
    seg.kind = BERTH_SEG_FILE + 1;
    EXPECT_EQ(connection->write({&seg, 1}, false), BERTH_E_INVAL);
    EXPECT_EQ(connection->output_bytes(), 0u);
}

TEST_P(ConnectionWithPoller, half_closes_after_the_output) {
    start();
    EXPECT_EQ(write("bye", true), BERTH_OK);
    EXPECT_EQ(write("more"), BERTH_E_STATE);
    turns();
    EXPECT_EQ(receive(), "bye");
    EXPECT_TRUE(at_end);
    send("still listening");
    turns();
    EXPECT_EQ(observer.received, "still listening");
}

TEST_P(ConnectionWithPoller, sends_from_many_connections_in_one_turn) {
    start();
    Connection& first = *connection;
    UniqueFd first_peer = std::move(peer);
    test::RecordingObserver other;
    connect().start(other, nullptr, 0);
    turns(2);
    // Interleaved, and more than the turn buffer holds.
    std::string expected_first, expected_second;
    for (int i = 0; i < 300; ++i) {
        const std::string one(1000, static_cast<char>('a' + i % 26));
        const std::string two(1000, static_cast<char>('A' + i % 26));
        const berth_seg seg = segment(BERTH_SEG_COPY, one);
        ASSERT_GE(first.write({&seg, 1}, false), 0);
        ASSERT_GE(write(two), 0);
        expected_first += one;
        expected_second += two;
    }
    std::string got_first, got_second;
    for (int i = 0; i < 20; ++i) {
        turns();
        got_second += receive();
        std::swap(peer, first_peer);
        got_first += receive();
        std::swap(peer, first_peer);
    }
    EXPECT_EQ(got_first, expected_first);
    EXPECT_EQ(got_second, expected_second);
    loop->close_connections(BERTH_OK);
}

TEST_P(ConnectionWithPoller, survives_an_owner_that_writes_when_it_is_released) {
    struct WritingOwner : berth_owner {
        Connection* connection = nullptr;
        int left = 3;
    } owner;
    owner.retain = nullptr;
    owner.release = [](berth_owner* o) {
        auto* self = static_cast<WritingOwner*>(o);
        if (--self->left > 0) {
            const berth_seg seg = segment(BERTH_SEG_COPY, "released ");
            self->connection->write({&seg, 1}, false);
        } else {
            self->connection->close(BERTH_OK, false);
        }
    };
    start();
    owner.connection = connection;
    const std::string big(3000, 'x');
    berth_seg seg = segment(BERTH_SEG_OWNED, big);
    seg.v.owner = &owner;
    const berth_seg three[] = {seg, seg, seg};
    connection->write(three, false);
    turns(3);
    EXPECT_EQ(receive(), big + big + big + "released released ");
    EXPECT_EQ(observer.closes, std::vector<berth_status>{BERTH_OK});
}

// What it is

TEST_P(ConnectionWithPoller, knows_its_ends) {
    start();
    EXPECT_TRUE(connection->local().is_unix());
    EXPECT_EQ(connection->transport(), nullptr);
    EXPECT_EQ(connection->observer(), &observer);
}

TEST_P(ConnectionWithPoller, tells_of_the_drain) {
    start();
    loop->drain_connections(4711);
    EXPECT_EQ(observer.drain_deadline_ms, 4711u);
}

TEST(ConnectionSize, is_two_cache_lines) {
    EXPECT_EQ(sizeof(Connection), 128u);
}

}  // namespace
}  // namespace berth
