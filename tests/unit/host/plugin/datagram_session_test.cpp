#include "plugin/datagram_session.h"

#include "net/bind_socket.h"
#include "plugin/net_services.h"
#include "plugin/stream_context.h"
#include "support/test_loop.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

UniqueFd bound() {
    return bind_socket(SocketAddress::ip("127.0.0.1", 0).value(), {.kind = SocketKind::kDatagram})
        .value();
}

struct Echo {
    volatile uint32_t* stamp = nullptr;
    uint32_t stamp_seen = 0;
    uint32_t listener = 0;
};

void echo(void* inst, berth_udp* socket, uint32_t listener, const berth_dgram* batch, uint32_t n) {
    auto& self = *static_cast<Echo*>(inst);
    self.stamp_seen = *self.stamp;
    self.listener = listener;
    EXPECT_EQ(net_table().udp_send(socket, batch, n), static_cast<berth_status>(n));
}

TEST(DatagramSession, a_protocol_answers_through_the_socket_it_is_given) {
    test::TestLoop loop;
    volatile uint32_t stamp = 0;
    TicketTable tickets;
    StreamContext streams(0, &stamp, tickets);
    Echo instance{&stamp};
    berth_protocol_ops ops{};
    ops.h = BERTH_HDR(berth_protocol_ops);
    ops.transports = BERTH_TRANSPORTS_DATAGRAM;
    ops.on_datagrams = echo;
    const ProtocolEndpoint endpoint{.ops = &ops, .instance = &instance, .listener = 7, .stamp = 42};
    UniqueFd fd = bound();
    const uint16_t port = SocketAddress::local_of(fd.get()).port();
    DatagramSession session(*loop, streams, endpoint, std::move(fd), {});
    ASSERT_TRUE(session.start().ok());

    std::string heard;
    DatagramSocket client(*loop, bound(), {});
    ASSERT_TRUE(client
                    .start([&](std::span<const berth_dgram> batch) {
                        heard.assign(batch[0].p, batch[0].p + batch[0].n);
                    })
                    .ok());
    static constexpr std::string_view kText = "hello", kPeer = "127.0.0.1";
    berth_dgram question{};
    question.p = reinterpret_cast<const uint8_t*>(kText.data());
    question.n = kText.size();
    question.peer = {kPeer.data(), kPeer.size()};
    question.port = port;
    client.send({&question, 1});
    ASSERT_TRUE(loop.until([&] { return !heard.empty(); }));
    EXPECT_EQ(heard, "hello");
    EXPECT_EQ(instance.stamp_seen, 42U);
    EXPECT_EQ(instance.listener, 7U);
    EXPECT_EQ(stamp, 0U);
}

TEST(DatagramSession, tells_who_speaks_datagrams) {
    berth_protocol_ops ops{};
    ops.h = BERTH_HDR(berth_protocol_ops);
    EXPECT_FALSE(DatagramSession::is_served_by(ops));
    ops.on_datagrams = echo;
    EXPECT_FALSE(DatagramSession::is_served_by(ops));
    ops.transports = BERTH_TRANSPORTS_STREAM | BERTH_TRANSPORTS_DATAGRAM;
    EXPECT_TRUE(DatagramSession::is_served_by(ops));
    ops.h.size = offsetof(berth_protocol_ops, on_datagrams);
    EXPECT_FALSE(DatagramSession::is_served_by(ops));
}

}  // namespace
}  // namespace berth
