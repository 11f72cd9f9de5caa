// Memory that is exhausted at any place costs connections, not the loop. The n-th allocation of a
// story fails, for every n.
#include "connection_fixture.h"
#include "net/listener.h"
#include "net/thread_pool.h"
#include "support/allocation_sweep.h"
#include "support/loopback.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace berth {
namespace {

using test::segment;

// The user of a connection, and its peer. Answers with pieces of all kinds; needs no memory itself.
class Client final : public ConnectionObserver, private berth_owner {
public:
    Client() : berth_owner{retain, release} {}

    static constexpr size_t kAnswer = 100'004;

    // One that is not accepted is not connected.
    void connect(EventLoop& loop, const ConnectionLimits& limits) {
        int ends[2] = {-1, -1};
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
        peer_ = UniqueFd(ends[1]);
        UniqueFd fd(ends[0]);
        try {
            take(loop, std::move(fd), limits, {});
        } catch (const std::bad_alloc&) {
            peer_.reset();
        }
    }
    void take(EventLoop& loop, UniqueFd fd, const ConnectionLimits& limits, ConnectionSlot slot) {
        connection_ = &loop.add_connection(std::move(fd), SocketAddress(), limits);
        slot_ = std::move(slot);
        connection_->start(*this, nullptr, 0);
        connection_->set_timeout(TimeoutKind::kIdle, 1'000);
    }
    void say(char what) { ::send(peer_.get(), &what, 1, MSG_NOSIGNAL); }
    size_t hear() {
        static std::array<char, 65536> buffer;
        size_t heard = 0;
        ssize_t n = 0;
        while ((n = ::recv(peer_.get(), buffer.data(), buffer.size(), 0)) > 0) {
            heard += static_cast<size_t>(n);
        }
        return heard;
    }
    bool is_open() const { return connection_ != nullptr && closes == 0; }

    berth_status on_data(berth_rbuf& input) override {
        const berth_status status = input.n == 0 ? BERTH_OK : answer(*input.p);
        input.p += input.n;
        input.n = 0;
        return status;
    }
    void on_writable() override {}
    void on_timeout() override { connection_->close(BERTH_E_TIMEOUT, true); }
    void on_drain(uint64_t) override {}
    void on_tls(berth_status) override {}
    void on_close(berth_status reason) override {
        ++closes;
        why = reason;
    }

    int closes = 0;
    berth_status why = BERTH_OK;
    int references = 0;  // to memory that the connection has

private:
    static void retain(berth_owner* owner) { ++static_cast<Client*>(owner)->references; }
    static void release(berth_owner* owner) { --static_cast<Client*>(owner)->references; }

    berth_status answer(uint8_t how_often) {
        static const std::string kLong(50'000, 'x');
        berth_seg owned = segment(BERTH_SEG_OWNED, kLong);
        owned.v.owner = this;
        const std::array<berth_seg, 3> pieces{
            segment(BERTH_SEG_COPY, "head"), owned, segment(BERTH_SEG_COPY, kLong)};
        berth_status status = BERTH_OK;
        for (uint8_t i = 0; i < how_often && status >= 0; ++i) {
            ++references;
            status = connection_->write(pieces, false);
        }
        return status < 0 ? status : BERTH_OK;
    }

    UniqueFd peer_;
    Connection* connection_ = nullptr;
    ConnectionSlot slot_;
};

class MemoryExhausted : public ::testing::Test {
protected:
    static constexpr size_t kClients = 150;  // more than there is room for from the start
    using Clients = std::array<Client, kClients>;

    MemoryExhausted() { sys_.set_clock_us(1'000'000'000); }

    static std::unique_ptr<EventLoop> make_loop() { return std::move(EventLoop::make({})).value(); }
    static void turns(EventLoop& loop) {
        for (int i = 0; i < 3; ++i) {
            loop.turn(0);
        }
    }
    // Only for want of memory, and only one.
    static void expect_most_live(const Clients& clients) {
        int ended = 0;
        for (const Client& client : clients) {
            ended += client.closes;
            EXPECT_TRUE(client.closes == 0 || client.why == BERTH_E_NOMEM) << client.why;
        }
        EXPECT_LE(ended, 1);
    }
    static size_t hear(EventLoop& loop, Client& client) {
        size_t heard = 0;
        for (int i = 0; i < 5; ++i) {
            turns(loop);
            heard += client.hear();
        }
        return heard;
    }
    static void expect_service(EventLoop& loop, Clients& clients) {
        for (Client& client : clients) {
            hear(loop, client);
            client.say(1);
            EXPECT_EQ(hear(loop, client), client.is_open() ? Client::kAnswer : 0u);
        }
    }

    FaultySys sys_{Faults{}};
    ScopedSys scoped_{sys_};
    ConnectionLimits limits_;
};

TEST_F(MemoryExhausted, costs_one_connection_of_many) {
    testing::sweep_allocations(20, [this](int n) {
        const auto clients = std::make_unique<Clients>();
        const auto loop = make_loop();
        testing::fail_allocation(n);
        for (Client& client : *clients) {
            client.connect(*loop, limits_);
            client.say(1);
        }
        turns(*loop);
        clients->back().say(5);  // more than its socket takes
        turns(*loop);
        const bool failed = testing::has_failed_allocation();
        expect_most_live(*clients);
        expect_service(*loop, *clients);
        loop->close_connections(BERTH_E_GONE);
        for (const Client& client : *clients) {
            EXPECT_EQ(client.references, 0);
        }
        return failed;
    });
}

TEST_F(MemoryExhausted, costs_work_for_the_pool_that_was_not_taken) {
    testing::sweep_allocations(5, [](int n) {
        const auto loop = make_loop();
        int done = 0;
        int refused = 0;
        testing::fail_allocation(n);
        for (int i = 0; i < 10; ++i) {
            try {
                const auto work = [] { throw std::bad_alloc(); };  // as it may, on its thread
                refused += loop->pool().run(work, [&] { ++done; }) ? 0 : 1;
            } catch (const std::bad_alloc&) {
                ++refused;
            }
        }
        while (done + refused < 10) {
            loop->turn(10);
        }
        const bool failed = testing::has_failed_allocation();
        EXPECT_LE(refused, 1);
        return failed;
    });
}

TEST_F(MemoryExhausted, costs_a_client_that_is_not_accepted) {
    testing::sweep_allocations(5, [this](int n) {
        const auto loop = make_loop();
        Admission admission({}, 7);
        const auto clients = std::make_unique<Clients>();
        uint64_t errors = 0;
        Listener::Options options;
        options.per_address.count_local = true;
        options.counters.errors = &errors;
        UniqueFd fd = test::listen_on_loopback();
        const SocketAddress address = SocketAddress::local_of(fd.get());
        Listener listener(*loop, admission, std::move(fd), {}, options);
        size_t accepted = 0;
        EXPECT_TRUE(listener.start([&](UniqueFd each, const SocketAddress&, ConnectionSlot slot) {
            (*clients)[accepted].take(*loop, std::move(each), limits_, std::move(slot));
            ++accepted;
        }));
        std::vector<UniqueFd> peers(kClients);
        testing::fail_allocation(n);
        for (UniqueFd& peer : peers) {
            peer = test::connect_to(address);
            loop->turn(0);
        }
        sys_.advance_ms(Listener::kRestMs);
        turns(*loop);
        turns(*loop);
        const bool failed = testing::has_failed_allocation();
        EXPECT_EQ(accepted + errors, kClients);
        EXPECT_LE(errors, 1u);
        EXPECT_EQ(admission.connections(), accepted);
        loop->close_connections(BERTH_E_GONE);
        return failed;
    });
}

}  // namespace
}  // namespace berth
