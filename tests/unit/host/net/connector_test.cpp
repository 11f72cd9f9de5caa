#include "net/connector.h"

#include "base/live.h"
#include "base/sys.h"
#include "net/resolver.h"
#include "support/fake_dns.h"
#include "support/loopback.h"
#include "support/test_loop.h"

#include "berth/net.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <optional>
#include <string>

namespace berth {
namespace {

using test::FakeDns;

// Keeps what a connection told it.
class Recorder final : public ConnectionObserver {
public:
    berth_status on_data(berth_rbuf& input) override {
        text.append(reinterpret_cast<const char*>(input.p), input.n);
        input.p += input.n;
        input.n = 0;
        return BERTH_OK;
    }
    void on_writable() override {}
    void on_timeout() override {}
    void on_drain(uint64_t) override {}
    void on_tls(berth_status) override {}
    void on_close(berth_status) override { closed = true; }

    std::string text;
    bool closed = false;
};

// TLS that only has a handshake.
class ShakingTransport final : public Transport {
public:
    explicit ShakingTransport(IoStatus outcome) : outcome_(outcome) {}

    IoStatus handshake(int) override { return outcome_; }
    IoResult read(int fd, std::span<uint8_t> into) override {
        const ssize_t got = sys().recv(fd, into.data(), into.size(), 0);
        if (got > 0) {
            return {IoStatus::kOk, static_cast<size_t>(got), false};
        }
        return {got == 0 ? IoStatus::kEnd : IoStatus::kAgain, 0, false};
    }
    IoResult write(int, std::span<const iovec>) override { return {IoStatus::kOk, 0, false}; }
    IoStatus flush(int) override { return IoStatus::kOk; }
    bool holds_output() const override { return false; }
    bool holds_input() const override { return false; }
    void end(int) override {}
    const TlsInfo& info() const override { return info_; }

private:
    IoStatus outcome_;
    TlsInfo info_;
};

class ConnectorTest : public testing::Test {
protected:
    struct Outcome {
        berth_status status = BERTH_PENDING;
        Connection* connection = nullptr;
    };

    ConnectTarget target(const std::string& host) {
        ConnectTarget result;
        result.host = host;
        result.port = port_;
        return result;
    }
    ConnectTarget shaking_target(IoStatus outcome) {
        ConnectTarget result = target("127.0.0.1");
        result.transport = std::make_unique<ShakingTransport>(outcome);
        return result;
    }
    Connector::Handle start(ConnectTarget target) {
        const auto handle = connector_.connect(
            std::move(target), [this](berth_status status, Connection* connection) {
                outcome_ = {status, connection};
                return connection == nullptr ? nullptr : &recorder_;
            });
        EXPECT_EQ(outcome_.status, BERTH_PENDING) << "done came from inside connect()";
        return handle;
    }
    Outcome connect(ConnectTarget target) {
        start(std::move(target));
        EXPECT_TRUE(loop_.until([&] { return outcome_.status != BERTH_PENDING; }));
        return outcome_;
    }
    void expect_carries(const std::string& text) {
        const UniqueFd peer(sys().accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        ASSERT_TRUE(peer);
        sys().send(peer.get(), text.data(), text.size(), 0);
        EXPECT_TRUE(loop_.until([&] { return recorder_.text == text; }));
    }
    static std::unique_ptr<Resolver> make_resolver(EventLoop& loop, const FakeDns& dns) {
        return Resolver::make(loop, {.servers = dns.servers(), .timeout_ms = 5'000, .tries = 1})
            .value();
    }

    test::TestLoop loop_;
    FakeDns dns_{*loop_};
    std::unique_ptr<Resolver> resolver_ = make_resolver(*loop_, dns_);
    ConnectionLimits limits_;
    UniqueFd listener_ = test::listen_on_loopback();
    uint16_t port_ = SocketAddress::local_of(listener_.get()).port();
    Recorder recorder_;
    Outcome outcome_;
    Connector connector_{*loop_, *resolver_, limits_};
};

using ConnectorAddresses = ConnectorTest;
using ConnectorHandshake = ConnectorTest;
using ConnectorEnds = ConnectorTest;

TEST_F(ConnectorAddresses, a_literal) {
    const Outcome outcome = connect(target("127.0.0.1"));
    ASSERT_EQ(outcome.status, BERTH_OK);
    EXPECT_EQ(connector_.pending(), 0U);
    EXPECT_EQ(outcome.connection->peer().port(), port_);
    EXPECT_EQ(dns_.questions(), 0U);
    expect_carries("hello");
}

TEST_F(ConnectorAddresses, a_unix_path) {
    char folder[] = "/tmp/berth-connect-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    const std::string path = std::string(folder) + "/s";
    listener_ = bind_socket(SocketAddress::unix_path(path).value(), {}).value();
    EXPECT_EQ(connect(target("unix:" + path)).status, BERTH_OK);
    expect_carries("hello");
    std::filesystem::remove_all(folder);
}

TEST_F(ConnectorAddresses, a_name) {
    dns_.answer("a.example.com", BERTH_RR_A, {"127.0.0.1"});
    ASSERT_EQ(connect(target("a.example.com")).status, BERTH_OK);
    expect_carries("hello");
}

TEST_F(ConnectorAddresses, the_next_when_one_refuses) {
    dns_.answer("a.example.com", BERTH_RR_A, {"127.0.0.2", "127.0.0.3", "127.0.0.1"});
    dns_.answer("a.example.com", BERTH_RR_AAAA, {"::1"});
    ASSERT_EQ(connect(target("a.example.com")).status, BERTH_OK);
    expect_carries("hello");
}

TEST_F(ConnectorAddresses, the_next_when_one_does_not_answer) {
    // The kernel drops a SYN when the queue of a listener is full.
    const UniqueFd full =
        bind_socket(SocketAddress::ip("127.0.0.2", port_).value(), {.backlog = 0}).value();
    std::vector<UniqueFd> fillers;
    const auto address = SocketAddress::local_of(full.get());
    for (int i = 0; i < 4; ++i) {
        fillers.emplace_back(sys().socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        sys().connect(fillers.back().get(), address.data(), address.size());
    }
    dns_.answer("a.example.com", BERTH_RR_A, {"127.0.0.2", "127.0.0.1"});
    ASSERT_EQ(connect(target("a.example.com")).status, BERTH_OK);
    EXPECT_EQ(outcome_.connection->peer().ip_text(), "127.0.0.1");
}

TEST_F(ConnectorAddresses, the_other_family_while_one_lookup_hangs) {
    dns_.answer("a.example.com", BERTH_RR_A, {"127.0.0.1"});
    dns_.stay_silent("a.example.com", BERTH_RR_AAAA);
    EXPECT_EQ(connect(target("a.example.com")).status, BERTH_OK);
}

TEST_F(ConnectorEnds, an_unknown_name) {
    EXPECT_EQ(connect(target("missing.example.com")).status, BERTH_E_DNS);
    EXPECT_EQ(outcome_.connection, nullptr);
    EXPECT_EQ(connector_.pending(), 0U);
}

TEST_F(ConnectorEnds, nobody_listens) {
    listener_.reset();
    EXPECT_EQ(connect(target("127.0.0.1")).status, BERTH_E_IO);
}

TEST_F(ConnectorEnds, no_address) {
    EXPECT_EQ(connect(target("")).status, BERTH_E_INVAL);
    outcome_ = {};
    EXPECT_EQ(connect(target("unix:")).status, BERTH_E_INVAL);
    outcome_ = {};
    ConnectTarget no_port = target("127.0.0.1");
    no_port.port = 0;
    EXPECT_EQ(connect(std::move(no_port)).status, BERTH_E_INVAL);
}

TEST_F(ConnectorEnds, no_socket_to_be_had) {
    Sys table = real_sys();
    table.socket = [](int, int, int) {
        errno = EMFILE;
        return -1;
    };
    const ScopedSys scoped(table);
    EXPECT_EQ(connect(target("127.0.0.1")).status, BERTH_E_IO);
}

TEST_F(ConnectorEnds, the_time_is_over) {
    dns_.stay_silent("slow.example.com", BERTH_RR_A);
    dns_.stay_silent("slow.example.com", BERTH_RR_AAAA);
    ConnectTarget slow = target("slow.example.com");
    slow.timeout_ms = 20;
    EXPECT_EQ(connect(std::move(slow)).status, BERTH_E_TIMEOUT);
    EXPECT_EQ(resolver_->pending(), 0U);
}

TEST_F(ConnectorEnds, a_cancelled_attempt_says_nothing_and_leaves_nothing) {
    const auto fds = live_count(LiveKind::kFd).objects;
    for (int turns = 0; turns < 4; ++turns) {
        const auto handle = start(shaking_target(IoStatus::kAgain));
        for (int i = 0; i < turns; ++i) {
            loop_->turn(0);
        }
        connector_.cancel(handle);
        connector_.cancel(handle);
        loop_.settle();
        EXPECT_EQ(outcome_.status, BERTH_PENDING);
        EXPECT_EQ(live_count(LiveKind::kFd).objects, fds) << turns;
        EXPECT_EQ(loop_->connections(), 0U);
    }
}

TEST_F(ConnectorEnds, a_connection_that_nobody_wants_is_closed) {
    bool done = false;
    connector_.connect(target("127.0.0.1"), [&](berth_status, Connection*) {
        done = true;
        return nullptr;
    });
    ASSERT_TRUE(loop_.until([&] { return done; }));
    loop_.settle();
    EXPECT_EQ(loop_->connections(), 0U);
}

TEST_F(ConnectorEnds, done_may_write_and_close) {
    static constexpr char kText[] = "bye";
    connector_.connect(target("127.0.0.1"), [&](berth_status, Connection* connection) {
        berth_seg segment{};
        segment.kind = BERTH_SEG_STATIC;
        segment.u.mem = kText;
        segment.len = 3;
        EXPECT_EQ(connection->write({&segment, 1}, false), BERTH_OK);
        connection->close(BERTH_OK, false);
        return &recorder_;
    });
    ASSERT_TRUE(loop_.until([&] { return recorder_.closed; }));
    const UniqueFd peer(sys().accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    char got[8];
    EXPECT_EQ(sys().recv(peer.get(), got, sizeof(got), MSG_WAITALL), 3);
}

TEST_F(ConnectorHandshake, comes_before_done) {
    ASSERT_EQ(connect(shaking_target(IoStatus::kOk)).status, BERTH_OK);
    expect_carries("hello");
}

TEST_F(ConnectorHandshake, may_fail) {
    EXPECT_EQ(connect(shaking_target(IoStatus::kFailed)).status, BERTH_E_TLS);
    loop_.settle();
    EXPECT_EQ(loop_->connections(), 0U);
}

TEST_F(ConnectorHandshake, counts_against_the_time) {
    ConnectTarget stuck = shaking_target(IoStatus::kAgain);
    stuck.timeout_ms = 20;
    EXPECT_EQ(connect(std::move(stuck)).status, BERTH_E_TIMEOUT);
    loop_.settle();
    EXPECT_EQ(loop_->connections(), 0U);
}

}  // namespace
}  // namespace berth
