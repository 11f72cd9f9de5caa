// Whole stories with the n-th system call failing, for every n: nobody crashes or hangs, nothing
// stays behind, the peer gets its answer or a close, and the next one is served.
#include "support/fault_sweep.h"

#include "net/bind_socket.h"
#include "net/connection.h"
#include "net/connector.h"
#include "net/datagram_socket.h"
#include "net/event_loop.h"
#include "net/listener.h"
#include "net/resolver.h"
#include "support/temporary_directory.h"

#include "berth/status.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

namespace berth {
namespace {

constexpr int kTurnsMax = 400;
constexpr uint64_t kTurnMs = 20;

// The test's own sockets are made with the kernel's calls: only the host's may fail.
UniqueFd listening_socket() {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const auto address = SocketAddress::ip("127.0.0.1", 0).value();
    EXPECT_EQ(::bind(fd.get(), address.data(), address.size()), 0);
    EXPECT_EQ(::listen(fd.get(), 100), 0);
    return fd;
}

uint16_t port_of(int fd) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    EXPECT_EQ(::getsockname(fd, address, &size), 0);
    return SocketAddress::from(address, size).port();
}

UniqueFd client_of(uint16_t port) {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = SocketAddress::ip("127.0.0.1", port).value();
    EXPECT_EQ(::connect(fd.get(), address.data(), address.size()), 0);
    return fd;
}

// Answers what it gets and closes when the peer is done.
class Echo final : public ConnectionObserver {
public:
    explicit Echo(Connection& connection) : connection_(&connection) {}

    berth_status on_data(berth_rbuf& input) override {
        if (input.n == 0) {
            connection_->close(BERTH_OK, false);
            return BERTH_OK;
        }
        berth_seg segment{};
        segment.kind = BERTH_SEG_COPY;
        segment.u.mem = input.p;
        segment.len = input.n;
        const berth_status status = connection_->write({&segment, 1}, false);
        input.p += input.n;
        input.n = 0;
        return status < 0 ? status : BERTH_OK;
    }
    void on_writable() override {}
    void on_timeout() override { connection_->close(BERTH_E_TIMEOUT, false); }
    void on_drain(uint64_t) override {}
    void on_tls(berth_status) override {}
    void on_close(berth_status) override { connection_ = nullptr; }

private:
    Connection* connection_;
};

class EchoServer {
public:
    explicit EchoServer(FaultySys& table, PollerKind poller) : table_(table) {
        auto made = EventLoop::make({.poller = poller});
        if (!made.ok()) {
            return;
        }
        loop_ = std::move(made).value();
        UniqueFd socket = listening_socket();
        port_ = port_of(socket.get());
        listener_ = std::make_unique<Listener>(
            *loop_, admission_, std::move(socket), Acl(), Listener::Options{});
        started_ =
            listener_
                ->start([this](UniqueFd fd, const SocketAddress& peer, ConnectionSlot slot) {
                    Connection& connection = loop_->add_connection(std::move(fd), peer, limits_);
                    sessions_.push_back({std::make_unique<Echo>(connection), std::move(slot)});
                    connection.start(*sessions_.back().echo, nullptr, 0);
                    connection.set_timeout(TimeoutKind::kIdle, 2'000);
                })
                .ok();
    }
    ~EchoServer() {
        if (loop_) {
            loop_->close_connections(BERTH_E_GONE);
        }
    }
    EchoServer(const EchoServer&) = delete;
    EchoServer& operator=(const EchoServer&) = delete;

    bool started() const { return started_; }
    enum class Seen : uint8_t { kAnswer, kClose, kNothing };
    // What a client sees of its question.
    Seen ask(const std::string& question) {
        const UniqueFd client = client_of(port_);
        EXPECT_EQ(::send(client.get(), question.data(), question.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(question.size()));
        ::shutdown(client.get(), SHUT_WR);
        std::string got;
        for (int i = 0; i < kTurnsMax; ++i) {
            turn();
            char bytes[1024];
            const ssize_t n = ::recv(client.get(), bytes, sizeof bytes, MSG_DONTWAIT);
            if (n > 0) {
                got.append(bytes, static_cast<size_t>(n));
            } else if (n == 0 || errno != EAGAIN) {
                return got == question ? Seen::kAnswer : Seen::kClose;
            }
        }
        return Seen::kNothing;
    }
    bool ends() {
        for (int i = 0; i < kTurnsMax && loop_->connections() > 0; ++i) {
            turn();
        }
        return loop_->connections() == 0;
    }

private:
    struct Session {
        std::unique_ptr<Echo> echo;
        ConnectionSlot slot;
    };
    void turn() {
        table_.advance_ms(kTurnMs);
        loop_->turn(0);
    }

    FaultySys& table_;
    Admission admission_{{}, 1};
    ConnectionLimits limits_;
    std::unique_ptr<EventLoop> loop_;
    std::unique_ptr<Listener> listener_;
    std::vector<Session> sessions_;
    uint16_t port_ = 0;
    bool started_ = false;
};

class FaultSweepWithPoller : public ::testing::TestWithParam<PollerKind> {};
INSTANTIATE_TEST_SUITE_P(FaultSweep,
                         FaultSweepWithPoller,
                         ::testing::Values(PollerKind::kEpoll, PollerKind::kPoll));

TEST_P(FaultSweepWithPoller, accept_and_answer) {
    test::sweep_faults([](FaultySys& table) {
        EchoServer server(table, GetParam());
        if (!server.started()) {
            return;
        }
        int closed = 0;
        for (int i = 0; i < 3; ++i) {
            const auto seen = server.ask("question " + std::to_string(i));
            ASSERT_NE(seen, EchoServer::Seen::kNothing) << "client " << i;
            closed += seen == EchoServer::Seen::kClose ? 1 : 0;
        }
        EXPECT_LE(closed, 1) << "one call failed, one client may suffer";
        EXPECT_TRUE(server.ends());
    });
}

TEST_P(FaultSweepWithPoller, outgoing_connect) {
    const UniqueFd listener = listening_socket();
    const uint16_t port = port_of(listener.get());
    test::sweep_faults([&](FaultySys& table) {
        auto loop = EventLoop::make({.poller = GetParam()});
        auto resolver = loop.ok() ? Resolver::make(*loop.value(), {.servers = "127.0.0.1:9"})
                                  : Result<std::unique_ptr<Resolver>>(loop.error());
        if (!resolver.ok()) {
            return;
        }
        const ConnectionLimits limits;
        std::unique_ptr<Echo> echo;
        int connected = 0;
        {
            Connector connector(*loop.value(), *resolver.value(), limits);
            for (int i = 0; i < 2; ++i) {
                berth_status status = BERTH_PENDING;
                ConnectTarget target;
                target.host = "127.0.0.1";
                target.port = port;
                connector.connect(std::move(target),
                                  [&](berth_status done, Connection* connection) {
                                      status = done;
                                      if (connection != nullptr) {
                                          echo = std::make_unique<Echo>(*connection);
                                      }
                                      return echo.get();
                                  });
                for (int turns = 0; turns < kTurnsMax && status == BERTH_PENDING; ++turns) {
                    table.advance_ms(kTurnMs);
                    loop.value()->turn(0);
                }
                ASSERT_NE(status, BERTH_PENDING);
                connected += status == BERTH_OK ? 1 : 0;
                loop.value()->close_connections(BERTH_OK);
                echo.reset();
                UniqueFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
            }
            EXPECT_EQ(connector.pending(), 0u);
        }
        EXPECT_GE(connected, 1);
    });
}

TEST_P(FaultSweepWithPoller, datagrams) {
    test::sweep_faults([](FaultySys& table) {
        auto loop = EventLoop::make({.poller = GetParam()});
        auto socket =
            bind_socket(SocketAddress::ip("127.0.0.1", 0).value(), {.kind = SocketKind::kDatagram});
        if (!loop.ok() || !socket.ok()) {
            return;
        }
        const uint16_t port = port_of(socket.value().get());
        DatagramSocket server(*loop.value(), std::move(socket).value(), {});
        size_t received = 0;
        if (!server.start([&](std::span<const berth_dgram> batch) { received += batch.size(); })
                 .ok()) {
            return;
        }
        const UniqueFd client(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        const auto address = SocketAddress::ip("127.0.0.1", port).value();
        for (int i = 0; i < kTurnsMax && received < 3; ++i) {
            ::sendto(client.get(), "x", 1, 0, address.data(), address.size());
            table.advance_ms(kTurnMs);
            loop.value()->turn(0);
        }
        EXPECT_GE(received, 3u) << "it goes on after a failed call";
        const std::string peer = "127.0.0.1";
        berth_dgram answer{};
        answer.p = reinterpret_cast<const uint8_t*>(peer.data());
        answer.n = peer.size();
        answer.peer = {peer.data(), peer.size()};
        answer.port = port;
        (void)server.send({&answer, 1});
    });
}

TEST(FaultSweepBind, sockets_of_all_kinds) {
    const testing::TemporaryDirectory folder;
    test::sweep_faults([&](FaultySys&) {
        (void)bind_slots(SocketAddress::ip("127.0.0.1", 0).value(), {}, 3);
        (void)bind_slots(
            SocketAddress::ip("127.0.0.1", 0).value(), {.kind = SocketKind::kDatagram}, 2);
        (void)bind_slots(SocketAddress::unix_path(folder.path("s")).value(), {}, 3);
        ::unlink(folder.path("s").c_str());
    });
}

}  // namespace
}  // namespace berth
