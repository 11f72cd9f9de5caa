#include "tls/tls_transport.h"

#include "base/sys.h"
#include "support/tls_wire.h"
#include "tls/ticket_keys.h"
#include "tls/tls_io.h"
#include "tls/tls_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <numeric>

namespace berth {
namespace {

using testing::ClientBehaviour;
using testing::TlsWire;

std::string pattern(size_t size) {
    std::string bytes(size, '\0');
    uint32_t state = 1;
    for (char& byte : bytes) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

// Counts calls and, when asked to, moves only few bytes at a time.
struct CountedCalls {
    static inline int receives = 0;
    static inline int sends = 0;

    static Sys table(size_t io_max = SIZE_MAX) {
        Sys counted = real_sys();
        counted.io_max = io_max;
        counted.recv = [](int fd, void* into, size_t size, int flags) {
            ++receives;
            return real_sys().recv(fd, into, size, flags);
        };
        counted.send = [](int fd, const void* from, size_t size, int flags) {
            ++sends;
            return real_sys().send(fd, from, size, flags);
        };
        receives = sends = 0;
        return counted;
    }
};

class TlsTransportOfVersion : public ::testing::TestWithParam<int> {
protected:
    TlsTransportOfVersion() {
        TlsServer::Options options = testing::options_of_one_site();
        options.tickets = keys_.get();
        server_ = std::move(TlsServer::make(std::move(options))).value();
    }

    TlsWire wire() {
        ClientBehaviour behaviour;
        behaviour.version = GetParam();
        return TlsWire(*server_, io_, behaviour);
    }

    TlsIo io_;
    std::unique_ptr<TicketKeys> keys_ = std::move(TicketKeys::make(0)).value();
    std::unique_ptr<TlsServer> server_;
};
INSTANTIATE_TEST_SUITE_P(TlsTransport,
                         TlsTransportOfVersion,
                         ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(TlsTransportOfVersion, bytes_may_come_and_go_one_at_a_time) {
    const Sys table = CountedCalls::table(1);
    const ScopedSys scope(table);
    TlsWire one = wire();
    ASSERT_TRUE(one.handshake()) << one.client_error();
    EXPECT_TRUE(one.exchange());
    EXPECT_GT(CountedCalls::receives, 200);
    EXPECT_GT(CountedCalls::sends, 500);
}

TEST_P(TlsTransportOfVersion, tells_what_a_client_without_tls_sent) {
    for (const std::string text : {"GET / HTTP/1.1\r\n\r\n", " ", "~"}) {
        TlsWire one = wire();
        ASSERT_EQ(::send(one.client_fd(), text.data(), text.size(), 0),
                  static_cast<ssize_t>(text.size()));
        EXPECT_EQ(one.server().handshake(one.server_fd()), IoStatus::kFailed);
        const auto clear = one.server().cleartext();
        EXPECT_EQ(std::string(clear.begin(), clear.end()), text);
        EXPECT_FALSE(one.server().holds_output()) << "no alert";
    }
}

TEST_P(TlsTransportOfVersion, takes_no_broken_handshake_for_clear_text) {
    TlsWire unknown = wire();
    ASSERT_EQ(::send(unknown.client_fd(), "\x15\3\3xx", 5, 0), 5);
    EXPECT_EQ(unknown.server().handshake(unknown.server_fd()), IoStatus::kFailed);
    EXPECT_TRUE(unknown.server().cleartext().empty());
    TlsWire begun = wire();
    SSL_do_handshake(begun.client());
    EXPECT_EQ(begun.server().handshake(begun.server_fd()), IoStatus::kAgain);
    ASSERT_EQ(::send(begun.client_fd(), "GET /", 5, 0), 5);
    EXPECT_EQ(begun.server().handshake(begun.server_fd()), IoStatus::kFailed);
    EXPECT_TRUE(begun.server().cleartext().empty());
}

TEST_P(TlsTransportOfVersion, connections_share_the_buffers_in_any_order) {
    // Three bytes at a time, so that each is interrupted inside every message.
    const Sys table = CountedCalls::table(3);
    const ScopedSys scope(table);
    TlsWire first = wire(), second = wire();
    SSL_do_handshake(first.client());
    SSL_do_handshake(second.client());
    IoStatus states[] = {IoStatus::kAgain, IoStatus::kAgain};
    TlsWire* wires[] = {&first, &second};
    for (int round = 0; round < 20'000; ++round) {
        const size_t i = static_cast<size_t>(round % 2);
        if (states[i] == IoStatus::kAgain) {
            states[i] = wires[i]->server().handshake(wires[i]->server_fd());
        }
        wires[i]->server().flush(wires[i]->server_fd());
        SSL_do_handshake(wires[i]->client());
    }
    ASSERT_EQ(states[0], IoStatus::kOk);
    ASSERT_EQ(states[1], IoStatus::kOk);
    EXPECT_TRUE(first.exchange());
    EXPECT_TRUE(second.exchange());
    EXPECT_TRUE(first.exchange());
}

TEST_P(TlsTransportOfVersion, one_receive_and_one_send_per_request) {
    TlsWire one = wire();
    ASSERT_TRUE(one.handshake());
    ASSERT_TRUE(one.exchange());
    const Sys table = CountedCalls::table();
    const ScopedSys scope(table);
    ASSERT_TRUE(one.exchange());
    EXPECT_EQ(CountedCalls::receives, 1);
    EXPECT_EQ(CountedCalls::sends, 1);
}

TEST_P(TlsTransportOfVersion, ticket_and_first_answer_leave_together) {
    if (GetParam() != TLS1_3_VERSION) {
        GTEST_SKIP() << "the ticket of TLS 1.2 is part of the handshake";
    }
    TlsWire one = wire();
    const Sys table = CountedCalls::table();
    const ScopedSys scope(table);
    SSL_do_handshake(one.client());
    ASSERT_EQ(one.server().handshake(one.server_fd()), IoStatus::kAgain);
    ASSERT_EQ(SSL_do_handshake(one.client()), 1);
    one.client_writes("question");
    ASSERT_EQ(one.server().handshake(one.server_fd()), IoStatus::kOk);
    EXPECT_EQ(one.server_reads(8), "question");
    EXPECT_TRUE(one.server().holds_output());
    EXPECT_TRUE(one.server_writes("answer"));
    EXPECT_EQ(CountedCalls::sends, 2);
    EXPECT_EQ(CountedCalls::receives, 2);
    EXPECT_EQ(one.client_reads(), "answer");
    EXPECT_NE(one.session(), nullptr);
}

TEST_P(TlsTransportOfVersion, small_segments_share_a_record) {
    TlsWire one = wire();
    ASSERT_TRUE(one.handshake());
    one.server().flush(one.server_fd());
    one.client_reads();
    const std::string head = "head ", body = pattern(40'000);
    const iovec segments[] = {{const_cast<char*>(head.data()), head.size()},
                              {nullptr, 0},
                              {const_cast<char*>(body.data()), body.size()},
                              {nullptr, 0}};
    const IoResult written = one.server().write(one.server_fd(), segments);
    EXPECT_EQ(written.status, IoStatus::kOk);
    EXPECT_EQ(written.bytes, head.size() + body.size());
    EXPECT_EQ(one.server().flush(one.server_fd()), IoStatus::kOk);
    // SSL_read() gives a record at a time.
    std::vector<size_t> records;
    std::string got, room(20'000, '\0');
    for (int n = 0; (n = SSL_read(one.client(), room.data(), static_cast<int>(room.size()))) > 0;) {
        records.push_back(static_cast<size_t>(n));
        got.append(room, 0, static_cast<size_t>(n));
    }
    EXPECT_EQ(got, head + body);
    EXPECT_EQ(records, (std::vector<size_t>{16384, 16384, 40'005 - 2 * 16384}));
}

TEST_P(TlsTransportOfVersion, a_peer_that_does_not_read_stops_the_writer) {
    TlsWire one = wire(), other = wire();
    ASSERT_TRUE(one.handshake());
    ASSERT_TRUE(other.handshake());
    one.server().flush(one.server_fd());
    const std::string all = pattern(4'000'000);
    std::string got;
    size_t sent = 0;
    int stops = 0;
    while (got.size() < all.size()) {
        const iovec rest{const_cast<char*>(all.data()) + sent, all.size() - sent};
        const IoResult written = one.server().write(one.server_fd(), {&rest, 1});
        ASSERT_NE(written.status, IoStatus::kFailed);
        sent += written.bytes;
        if (one.server().flush(one.server_fd()) == IoStatus::kAgain) {
            ++stops;
            EXPECT_TRUE(one.server().holds_output());
            // Others need the shared buffer meanwhile.
            EXPECT_TRUE(other.exchange());
        }
        got += one.client_reads();
    }
    EXPECT_EQ(got, all);
    EXPECT_GT(stops, 3);
    EXPECT_FALSE(one.server().holds_output());
}

TEST_P(TlsTransportOfVersion, a_paused_reader_keeps_the_order) {
    TlsWire one = wire(), other = wire();
    ASSERT_TRUE(one.handshake());
    ASSERT_TRUE(other.handshake());
    const std::string all = pattern(60'000);
    ASSERT_TRUE(one.client_writes(all));
    std::string got;
    // As little as possible each time, with another connection in between.
    for (size_t n = 1; got.size() < all.size(); n = n * 3 + 1) {
        const std::string part = one.server_reads(std::min(n, all.size() - got.size()));
        ASSERT_FALSE(part.empty());
        got += part;
        EXPECT_TRUE(other.exchange());
        EXPECT_EQ(one.server().holds_input(), got.size() < all.size());
    }
    EXPECT_EQ(got, all);
}

// A reader that pauses gets the rest later; what came meanwhile was told of once.
TEST_P(TlsTransportOfVersion, kept_input_does_not_hide_what_came_behind_it) {
    TlsWire one = wire();
    ASSERT_TRUE(one.handshake());
    ASSERT_TRUE(one.client_writes(std::string(100, 'x')));
    uint8_t room[60];
    ASSERT_EQ(one.server().read(one.server_fd(), room).bytes, 60u);
    ASSERT_TRUE(one.client_writes("behind"));
    const IoResult rest = one.server().read(one.server_fd(), room);
    EXPECT_EQ(rest.bytes, 40u);
    EXPECT_TRUE(rest.more);
    EXPECT_EQ(one.server_reads(6), "behind");
}

TEST_P(TlsTransportOfVersion, the_client_sees_close_notify) {
    TlsWire one = wire();
    ASSERT_TRUE(one.handshake());
    ASSERT_TRUE(one.exchange());
    one.server().end(one.server_fd());
    EXPECT_TRUE(one.server().holds_output());
    EXPECT_EQ(one.server().flush(one.server_fd()), IoStatus::kOk);
    EXPECT_EQ(one.client_reads(), "");
    EXPECT_EQ(SSL_get_shutdown(one.client()), SSL_RECEIVED_SHUTDOWN);
}

TEST_P(TlsTransportOfVersion, close_notify_of_the_client_is_an_end_in_order) {
    TlsWire one = wire();
    ASSERT_TRUE(one.handshake());
    one.client_writes("last words");
    SSL_shutdown(one.client());
    uint8_t room[100];
    const IoResult words = one.server().read(one.server_fd(), room);
    EXPECT_EQ(words.status, IoStatus::kOk);
    EXPECT_EQ(words.bytes, 10u);
    EXPECT_TRUE(words.more);
    EXPECT_EQ(one.server().read(one.server_fd(), room).status, IoStatus::kEnd);
    EXPECT_TRUE(one.server_writes("still heard"));
    EXPECT_EQ(one.client_reads(), "still heard");
}

TEST_P(TlsTransportOfVersion, a_connection_that_is_cut_is_no_end_in_order) {
    TlsWire one = wire();
    ASSERT_TRUE(one.handshake());
    one.client_writes("half");
    shutdown(one.client_fd(), SHUT_WR);
    EXPECT_EQ(one.server_reads(4), "half");
    uint8_t room[100];
    EXPECT_EQ(one.server().read(one.server_fd(), room).status, IoStatus::kFailed);
    EXPECT_EQ(one.server().read(one.server_fd(), room).status, IoStatus::kFailed);
}

TEST_P(TlsTransportOfVersion, a_damaged_record_ends_the_connection_with_an_alert) {
    TlsWire one = wire();
    ASSERT_TRUE(one.handshake());
    one.server().flush(one.server_fd());
    const char forged[] = "\x17\x03\x03\x00\x20 this is not a sealed record at all";
    send(one.client_fd(), forged, sizeof forged, 0);
    uint8_t room[100];
    EXPECT_EQ(one.server().read(one.server_fd(), room).status, IoStatus::kFailed);
    one.client_reads();
    EXPECT_NE(one.client_error(), "") << "the client got the alert";
    const iovec nothing{room, 1};
    EXPECT_EQ(one.server().write(one.server_fd(), {&nothing, 1}).status, IoStatus::kFailed);
}

TEST_P(TlsTransportOfVersion, errors_of_the_socket_end_the_connection) {
    TlsWire one = wire();
    ASSERT_TRUE(one.handshake());
    Sys table = real_sys();
    table.recv = [](int, void*, size_t, int) -> ssize_t { return errno = ECONNRESET, -1; };
    table.send = [](int, const void*, size_t, int) -> ssize_t { return errno = EPIPE, -1; };
    const ScopedSys scope(table);
    EXPECT_FALSE(one.server_writes("x"));
    EXPECT_FALSE(one.server().holds_output());
    uint8_t room[10];
    EXPECT_EQ(one.server().read(one.server_fd(), room).status, IoStatus::kFailed);
}

TEST_P(TlsTransportOfVersion, interrupted_calls_are_repeated) {
    static bool interrupt = false;
    Sys table = real_sys();
    table.recv = [](int fd, void* into, size_t size, int flags) -> ssize_t {
        interrupt = !interrupt;
        return interrupt ? (errno = EINTR, -1) : real_sys().recv(fd, into, size, flags);
    };
    table.send = [](int fd, const void* from, size_t size, int flags) -> ssize_t {
        interrupt = !interrupt;
        return interrupt ? (errno = EINTR, -1) : real_sys().send(fd, from, size, flags);
    };
    const ScopedSys scope(table);
    TlsWire one = wire();
    ASSERT_TRUE(one.handshake()) << one.client_error();
    EXPECT_TRUE(one.exchange());
}

TEST(TlsTransport, counts_itself) {
    const uint64_t before = live_count(LiveKind::kTransport).objects;
    const auto server = std::move(TlsServer::make(testing::options_of_one_site())).value();
    TlsIo io;
    auto transport = server->accept(io);
    EXPECT_EQ(live_count(LiveKind::kTransport).objects, before + 1);
    transport.reset();
    EXPECT_EQ(live_count(LiveKind::kTransport).objects, before);
}

}  // namespace
}  // namespace berth
