// Connections with a transport: handshake, bytes both ways, STARTTLS.
#include "connection_fixture.h"
#include "scramble_transport.h"

namespace berth {
namespace {

using test::ConnectionFixture;
using test::scramble;
using test::ScrambleTransport;
using Statuses = std::vector<berth_status>;

class ConnectionTransportWithPoller : public testing::TestWithParam<PollerKind>,
                                      public ConnectionFixture {
protected:
    ConnectionTransportWithPoller() : ConnectionFixture(GetParam()) {}
    void start_open() {
        start(std::make_unique<ScrambleTransport>());
        EXPECT_EQ(receive(), "H");
        send("H");
        turns();
        ASSERT_EQ(observer.tls, Statuses{BERTH_OK});
    }
};
INSTANTIATE_TEST_SUITE_P(ConnectionTransport,
                         ConnectionTransportWithPoller,
                         testing::Values(PollerKind::kEpoll, PollerKind::kPoll),
                         test::poller_name);

TEST_P(ConnectionTransportWithPoller, shakes_hands_before_data) {
    start(std::make_unique<ScrambleTransport>());
    EXPECT_TRUE(observer.tls.empty());
    send("H" + scramble("early data"));
    turns();
    EXPECT_EQ(observer.tls, Statuses{BERTH_OK});
    EXPECT_EQ(observer.received, "early data");
}

TEST_P(ConnectionTransportWithPoller, carries_bytes_both_ways) {
    start_open();
    send(scramble("question"));
    turns();
    EXPECT_EQ(observer.received, "question");
    EXPECT_EQ(write("answer"), BERTH_OK);
    turns();
    EXPECT_EQ(receive(), scramble("answer"));
}

TEST_P(ConnectionTransportWithPoller, carries_much_to_a_slow_peer) {
    start_open();
    std::string expected, got;
    for (int i = 0; i < 60; ++i) {
        const std::string piece(20'000, static_cast<char>('a' + i % 26));
        expected += piece;
        ASSERT_GE(write(piece), 0);
        turns();
        got += receive(5'000);
    }
    for (int i = 0; i < 2000 && got.size() < expected.size(); ++i) {
        got += receive(5'000);
        turns();
    }
    EXPECT_EQ(got, scramble(expected));
}

TEST_P(ConnectionTransportWithPoller, ends_in_order) {
    start_open();
    write("bye");
    connection->close(BERTH_OK, false);
    turns(2);
    EXPECT_EQ(receive(), scramble("bye") + "E");
    EXPECT_TRUE(at_end);
    EXPECT_EQ(observer.closes, Statuses{BERTH_OK});
}

TEST_P(ConnectionTransportWithPoller, closes_when_the_handshake_fails) {
    start(std::make_unique<ScrambleTransport>());
    send("X");
    turns();
    EXPECT_EQ(observer.tls, Statuses{BERTH_E_TLS});
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_TLS});
    EXPECT_EQ(observer.data_calls, 0);
}

TEST_P(ConnectionTransportWithPoller, goes_on_in_clear_with_a_peer_that_knows_no_handshake) {
    observer.takes_cleartext = true;
    start(std::make_unique<ScrambleTransport>());
    send("G");
    turns();
    EXPECT_EQ(receive(), "H");
    EXPECT_EQ(observer.received, "G");
    EXPECT_EQ(observer.cleartexts, 1);
    EXPECT_TRUE(observer.tls.empty());
    write("in clear");
    turns();
    EXPECT_EQ(receive(), "in clear");
    advance(20'000);
    EXPECT_TRUE(observer.closes.empty()) << "no handshake is under way any more";
    loop->drain_connections(4711);
    EXPECT_EQ(observer.drain_deadline_ms, 4711u);
}

TEST_P(ConnectionTransportWithPoller, closes_in_clear_where_nobody_takes_it) {
    start(std::make_unique<ScrambleTransport>());
    send("GET");
    turns();
    EXPECT_EQ(observer.cleartexts, 1);
    EXPECT_EQ(observer.tls, Statuses{BERTH_E_TLS});
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_TLS});
    EXPECT_EQ(observer.received, "");
}

TEST_P(ConnectionTransportWithPoller, closes_when_the_peer_leaves_in_the_handshake) {
    start(std::make_unique<ScrambleTransport>());
    peer.reset();
    turns(2);
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_TLS});
}

TEST_P(ConnectionTransportWithPoller, cuts_a_handshake_that_takes_too_long) {
    uint64_t hits = 0;
    limits.hits[static_cast<size_t>(ConnectionLimit::kHandshake)] = &hits;
    start(std::make_unique<ScrambleTransport>());
    advance(9'999);
    EXPECT_TRUE(observer.closes.empty());
    advance(1);
    turns();
    EXPECT_EQ(observer.tls, Statuses{BERTH_E_TIMEOUT});
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_TIMEOUT});
    EXPECT_EQ(hits, 1u);
}

// Or it would be idle for a minute in a worker that waits for its last connection.
TEST_P(ConnectionTransportWithPoller, is_told_of_a_drain_that_began_during_the_handshake) {
    start(std::make_unique<ScrambleTransport>());
    loop->drain_connections(4711);
    EXPECT_EQ(observer.drain_deadline_ms, 0u);
    send("H");
    turns();
    EXPECT_EQ(observer.drain_deadline_ms, 4711u);
}

TEST_P(ConnectionTransportWithPoller, is_told_of_such_a_drain_in_clear_too) {
    observer.takes_cleartext = true;
    start(std::make_unique<ScrambleTransport>());
    loop->drain_connections(4711);
    send("G");
    turns();
    EXPECT_EQ(observer.drain_deadline_ms, 4711u);
}

TEST_P(ConnectionTransportWithPoller, keeps_output_until_the_handshake_is_done) {
    connect();
    connection->start(observer, std::make_unique<ScrambleTransport>(), 1000);
    write("greeting");
    turns(2);
    EXPECT_EQ(receive(), "H");
    send("H");
    turns(2);
    EXPECT_EQ(receive(), scramble("greeting"));
}

TEST_P(ConnectionTransportWithPoller, starts_tls_on_an_open_connection) {
    observer.on_bytes = [this](berth_rbuf& input) {
        observer.take(input, input.n);
        if (observer.received == "STARTTLS") {
            write("go ahead ");
            EXPECT_EQ(connection->start_tls(std::make_unique<ScrambleTransport>(), 1000), BERTH_OK);
        }
        return BERTH_OK;
    };
    start();
    send("STARTTLS");
    turns(2);
    EXPECT_EQ(receive(), "go ahead H");
    send("H" + scramble("secret"));
    turns();
    EXPECT_EQ(observer.tls, Statuses{BERTH_OK});
    EXPECT_EQ(observer.received, "STARTTLSsecret");
}

TEST_P(ConnectionTransportWithPoller, takes_no_plaintext_into_tls) {
    observer.on_bytes = [this](berth_rbuf& input) {
        observer.take(input, 8);
        EXPECT_EQ(connection->start_tls(std::make_unique<ScrambleTransport>(), 1000), BERTH_OK);
        return BERTH_OK;
    };
    start();
    send("STARTTLSinjected command");
    turns(2);
    EXPECT_EQ(observer.received, "STARTTLS");
    EXPECT_EQ(observer.tls, Statuses{BERTH_E_TLS});
    EXPECT_EQ(observer.closes, Statuses{BERTH_E_TLS});
}

TEST_P(ConnectionTransportWithPoller, refuses_start_tls_in_the_wrong_state) {
    observer.on_bytes = [](berth_rbuf&) { return BERTH_MORE; };
    start();
    send("kept");
    turns();
    EXPECT_EQ(connection->start_tls(std::make_unique<ScrambleTransport>(), 1000), BERTH_E_STATE);
    loop->close_connections(BERTH_OK);
    observer = {};
    start_open();
    EXPECT_EQ(connection->start_tls(std::make_unique<ScrambleTransport>(), 1000), BERTH_E_STATE);
    connection->close(BERTH_OK, false);
    EXPECT_EQ(connection->start_tls(std::make_unique<ScrambleTransport>(), 1000), BERTH_E_STATE);
}

TEST_P(ConnectionTransportWithPoller, refuses_start_tls_while_output_is_unsent) {
    start();
    while (connection->output_bytes() < 100'000) {
        write(std::string(60'000, 'x'));
        turns();
    }
    EXPECT_EQ(connection->start_tls(std::make_unique<ScrambleTransport>(), 1000), BERTH_E_STATE);
}

}  // namespace
}  // namespace berth
