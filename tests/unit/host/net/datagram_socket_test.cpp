#include "net/datagram_socket.h"

#include "base/sys.h"
#include "net/bind_socket.h"
#include "support/test_loop.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

namespace berth {
namespace {

UniqueFd bound(const char* address, bool dual_stack = false) {
    return bind_socket(SocketAddress::ip(address, 0).value(),
                       {.kind = SocketKind::kDatagram, .dual_stack = dual_stack})
        .value();
}

// A socket, its counters and what it got.
class Endpoint {
public:
    struct Got {
        std::string text, peer;
        uint16_t port;
        uint32_t interface;
    };

    Endpoint(EventLoop& loop, UniqueFd fd)
        : port(SocketAddress::local_of(fd.get()).port()),
          socket(loop, std::move(fd), {&received, &truncated, &sent, &drops}) {
        EXPECT_TRUE(socket.start([this](std::span<const berth_dgram> batch) { take(batch); }).ok());
    }

    uint64_t received = 0, truncated = 0, sent = 0, drops = 0;
    uint16_t port;
    std::vector<Got> got;
    size_t batch_most = 0;
    DatagramSocket socket;

private:
    void take(std::span<const berth_dgram> batch) {
        batch_most = std::max(batch_most, batch.size());
        for (const berth_dgram& each : batch) {
            got.push_back({std::string(each.p, each.p + each.n),
                           std::string(each.peer.p, each.peer.n),
                           each.port,
                           each.ifindex});
        }
    }
};

// The texts must outlive it.
berth_dgram datagram(const std::string& text, const std::string& peer, uint16_t port) {
    berth_dgram result{};
    result.p = reinterpret_cast<const uint8_t*>(text.data());
    result.n = text.size();
    result.peer = {peer.data(), peer.size()};
    result.port = port;
    return result;
}

class DatagramSocketTest : public testing::Test {
protected:
    berth_status send_to_server(std::vector<std::string> texts) {
        std::vector<berth_dgram> batch;
        for (const std::string& text : texts) {
            batch.push_back(datagram(text, localhost_, server_.port));
        }
        return client_.socket.send(batch);
    }

    const std::string localhost_ = "127.0.0.1";
    test::TestLoop loop_;
    Endpoint server_{*loop_, bound("127.0.0.1")};
    Endpoint client_{*loop_, bound("127.0.0.1")};
};

TEST_F(DatagramSocketTest, carries_datagrams_with_peer_and_interface) {
    EXPECT_EQ(send_to_server({"one", ""}), 2);
    ASSERT_TRUE(loop_.until([&] { return server_.got.size() == 2; }));
    EXPECT_EQ(server_.got[0].text, "one");
    EXPECT_EQ(server_.got[0].peer, "127.0.0.1");
    EXPECT_EQ(server_.got[0].port, client_.port);
    EXPECT_NE(server_.got[0].interface, 0U);
    EXPECT_EQ(server_.got[1].text, "");
    EXPECT_EQ(server_.received, 2U);
    EXPECT_EQ(client_.sent, 2U);
}

TEST_F(DatagramSocketTest, answers_through_the_interface_of_the_question) {
    send_to_server({"question"});
    ASSERT_TRUE(loop_.until([&] { return !server_.got.empty(); }));
    const std::string text = "answer";
    berth_dgram answer = datagram(text, server_.got[0].peer, server_.got[0].port);
    answer.ifindex = server_.got[0].interface;
    EXPECT_EQ(server_.socket.send({&answer, 1}), 1);
    EXPECT_TRUE(loop_.until([&] { return client_.got.size() == 1; }));
}

TEST_F(DatagramSocketTest, sends_and_receives_in_batches) {
    const std::vector<std::string> many(70, "x");
    EXPECT_EQ(send_to_server(many), 70);
    ASSERT_TRUE(loop_.until([&] { return server_.got.size() == 70; }));
    EXPECT_EQ(server_.batch_most, DatagramSocket::kBatchMax);
}

TEST_F(DatagramSocketTest, a_flood_is_taken_over_several_turns) {
    const size_t per_turn = DatagramSocket::kBatchMax * DatagramSocket::kBatchesPerTurn;
    const std::vector<std::string> flood(per_turn + 1, "x");
    EXPECT_EQ(send_to_server(flood), static_cast<berth_status>(flood.size()));
    loop_->turn(0);
    EXPECT_EQ(server_.got.size(), per_turn);
    EXPECT_TRUE(loop_.until([&] { return server_.got.size() == flood.size(); }));
}

TEST_F(DatagramSocketTest, an_ipv6_socket_speaks_ipv4) {
    if (listen_addresses("", 0).value()[0].family() != AF_INET6) {
        GTEST_SKIP() << "no IPv6 here";
    }
    Endpoint both(*loop_, bound("::", true));
    const std::string text = "four";
    const berth_dgram question = datagram(text, localhost_, both.port);
    client_.socket.send({&question, 1});
    ASSERT_TRUE(loop_.until([&] { return both.got.size() == 1; }));
    EXPECT_EQ(both.got[0].peer, "127.0.0.1");
    berth_dgram answer = datagram(text, both.got[0].peer, both.got[0].port);
    answer.ifindex = both.got[0].interface;
    EXPECT_EQ(both.socket.send({&answer, 1}), 1);
    EXPECT_TRUE(loop_.until([&] { return client_.got.size() == 1; }));

    Endpoint six(*loop_, bound("::1"));
    const std::string loopback = "::1";
    berth_dgram native = datagram(text, loopback, six.port);
    EXPECT_EQ(both.socket.send({&native, 1}), 1);
    ASSERT_TRUE(loop_.until([&] { return six.got.size() == 1; }));
    EXPECT_EQ(six.got[0].peer, "::1");
    EXPECT_NE(six.got[0].interface, 0U);
}

TEST_F(DatagramSocketTest, stops_at_what_cannot_be_sent) {
    const std::string text = "x";
    const std::string name = "localhost";
    const std::string huge(70'000, 'x');
    const berth_dgram good = datagram(text, localhost_, server_.port);
    const berth_dgram no_address = datagram(text, name, server_.port);
    const berth_dgram too_long = datagram(huge, localhost_, server_.port);
    const std::vector<berth_dgram> first = {good, no_address, good};
    EXPECT_EQ(client_.socket.send(first), 1);
    EXPECT_EQ(client_.socket.send({&no_address, 1}), BERTH_E_INVAL);
    EXPECT_EQ(client_.socket.send({&too_long, 1}), BERTH_E_INVAL);
    EXPECT_EQ(client_.socket.send({}), 0);
    EXPECT_EQ(client_.drops, 0U);
}

TEST_F(DatagramSocketTest, a_full_socket_takes_no_more) {
    Sys table = real_sys();
    table.sendmmsg = [](int fd, mmsghdr* headers, unsigned, int flags) {
        static int calls = 0;
        if (calls++ == 0) {
            return real_sys().sendmmsg(fd, headers, 1, flags);
        }
        errno = EAGAIN;
        return -1;
    };
    const ScopedSys scoped(table);
    EXPECT_EQ(send_to_server({"one", "two", "three"}), 1);
    EXPECT_EQ(client_.sent, 1U);
    EXPECT_EQ(client_.drops, 2U);
}

TEST_F(DatagramSocketTest, cut_datagrams_are_dropped_and_counted) {
    Sys table = real_sys();
    table.recvmmsg = [](int fd, mmsghdr* headers, unsigned count, int flags, timespec* timeout) {
        const int got = real_sys().recvmmsg(fd, headers, count, flags, timeout);
        if (got > 0) {
            headers[0].msg_hdr.msg_flags |= MSG_TRUNC;
        }
        return got;
    };
    const ScopedSys scoped(table);
    send_to_server({"cut", "whole"});
    ASSERT_TRUE(loop_.until([&] { return !server_.got.empty(); }));
    EXPECT_EQ(server_.got[0].text, "whole");
    EXPECT_EQ(server_.truncated, 1U);
    EXPECT_EQ(server_.received, 1U);
}

TEST_F(DatagramSocketTest, errors_of_earlier_datagrams_do_not_stop_it) {
    Sys table = real_sys();
    table.recvmmsg = [](int fd, mmsghdr* headers, unsigned count, int flags, timespec* timeout) {
        static int calls = 0;
        if (calls++ == 0) {
            errno = ECONNREFUSED;
            return -1;
        }
        return real_sys().recvmmsg(fd, headers, count, flags, timeout);
    };
    const ScopedSys scoped(table);
    send_to_server({"after"});
    EXPECT_TRUE(loop_.until([&] { return server_.got.size() == 1; }));
}

TEST_F(DatagramSocketTest, may_be_closed_by_its_receiver) {
    UniqueFd fd = bound("127.0.0.1");
    const uint16_t port = SocketAddress::local_of(fd.get()).port();
    DatagramSocket socket(*loop_, std::move(fd), {});
    int calls = 0;
    ASSERT_TRUE(socket
                    .start([&](std::span<const berth_dgram>) {
                        ++calls;
                        socket.close();
                    })
                    .ok());
    const std::string text = "x";
    const std::vector<berth_dgram> many(100, datagram(text, localhost_, port));
    client_.socket.send(many);
    ASSERT_TRUE(loop_.until([&] { return calls == 1; }));
    loop_.settle();
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(socket.send(many), BERTH_E_GONE);
}

}  // namespace
}  // namespace berth
