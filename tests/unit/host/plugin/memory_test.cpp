// Memory that is exhausted when a plugin asks for something is a status, and what ends needs none.
#include "base/faulty_sys.h"
#include "base/live.h"
#include "net/event_loop.h"
#include "plugin/arena_pool.h"
#include "plugin/plugin_timers.h"
#include "plugin/protocol_session.h"
#include "plugin/stream_context.h"
#include "plugin/ticket_table.h"
#include "support/allocation_sweep.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

namespace berth {
namespace {

using testing::fail_allocation;
using testing::has_failed_allocation;
using testing::sweep_allocations;

constexpr int kObjects = 200;  // more than any table has room for from the start

// A protocol that counts its connections.
struct Protocol {
    int open = 0;
    berth_ticket ticket = 0;

    static berth_status on_open(
        void* inst, berth_stream* stream, uint32_t, const berth_stream_cb** cb, void** user) {
        auto& self = *static_cast<Protocol*>(inst);
        ++self.open;
        self.ticket = stream->ops->ticket(stream);
        *cb = &kCallbacks;
        *user = inst;
        return BERTH_OK;
    }

    static constexpr berth_stream_cb kCallbacks = {
        BERTH_HDR(berth_stream_cb),
        [](void*, berth_rbuf*, uint32_t) -> berth_status { return BERTH_OK; },
        nullptr,
        nullptr,
        nullptr,
        nullptr,
        [](void* u, berth_status) { --static_cast<Protocol*>(u)->open; }};
};

class MemoryExhausted : public ::testing::Test {
protected:
    MemoryExhausted() { sys_.set_clock_us(1'000'000); }

    static std::unique_ptr<EventLoop> make_loop() { return std::move(EventLoop::make({})).value(); }

    FaultySys sys_{Faults{}};
    ScopedSys scoped_{sys_};
    volatile uint32_t stamp_ = 0;
};

TEST_F(MemoryExhausted, costs_the_connection_that_begins) {
    berth_protocol_ops ops{};
    ops.h = BERTH_HDR(berth_protocol_ops);
    ops.on_open = Protocol::on_open;
    sweep_allocations(2, [&](int n) {
        const auto loop = make_loop();
        Protocol protocol;
        const ProtocolEndpoint endpoint{.ops = &ops, .instance = &protocol};
        TicketTable tickets;
        StreamContext context(0, &stamp_, tickets);
        int ends[2] = {-1, -1};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
        const UniqueFd peer(ends[1]);
        Connection& connection = loop->add_connection(UniqueFd(ends[0]), {}, {});
        fail_allocation(n);
        ProtocolSession::accept(context, endpoint, connection, {}, {});
        loop->turn(0);
        loop->turn(0);
        const bool failed = has_failed_allocation();
        EXPECT_EQ(protocol.open, static_cast<int>(loop->connections()));
        EXPECT_TRUE(failed || protocol.ticket != 0);
        loop->close_connections(BERTH_E_GONE);
        EXPECT_EQ(protocol.open, 0);
        EXPECT_EQ(tickets.live(), 0u);
        return failed;
    });
}

TEST_F(MemoryExhausted, costs_the_ticket_that_is_asked_for) {
    sweep_allocations(5, [](int n) {
        TicketTable tickets;
        std::array<berth_ticket, kObjects> issued{};
        fail_allocation(n);
        for (berth_ticket& ticket : issued) {
            try {
                ticket = tickets.issue(&tickets);
            } catch (const std::bad_alloc&) {
                EXPECT_EQ(ticket, 0u);
            }
        }
        const bool failed = has_failed_allocation();
        EXPECT_EQ(tickets.live(), issued.size() - (failed ? 1 : 0));
        fail_allocation(0);
        for (const berth_ticket ticket : issued) {
            tickets.retire(ticket);
        }
        EXPECT_FALSE(has_failed_allocation());
        EXPECT_EQ(tickets.live(), 0u);
        return failed;
    });
}

TEST_F(MemoryExhausted, costs_the_timer_that_is_asked_for) {
    sweep_allocations(5, [this](int n) {
        const auto loop = make_loop();
        PluginTimers timers(*loop);
        int fired = 0;
        int made = 0;
        fail_allocation(n);
        for (int i = 0; i < kObjects; ++i) {
            try {
                timers.add(
                    10, 10, [](void* count) { ++*static_cast<int*>(count); }, &fired);
                ++made;
            } catch (const std::bad_alloc&) {
                EXPECT_EQ(made, i);
            }
        }
        const bool failed = has_failed_allocation();
        fail_allocation(0);
        sys_.advance_ms(10);
        loop->turn(0);
        EXPECT_FALSE(has_failed_allocation());
        EXPECT_EQ(fired, made);
        EXPECT_GE(made, kObjects - 1);
        EXPECT_EQ(live_count(LiveKind::kTimer).objects, static_cast<uint64_t>(made));
        return failed;
    });
}

TEST_F(MemoryExhausted, costs_the_block_of_an_arena) {
    sweep_allocations(2, [](int n) {
        ArenaPool pool;
        berth_arena* const arena = pool.open();
        fail_allocation(n);
        for (int i = 0; i < 3; ++i) {
            try {
                ArenaPool::more(arena, 100'000, 8);
            } catch (const std::bad_alloc&) {
                // what the host's table says is NULL
            }
        }
        const bool failed = has_failed_allocation();
        void* const memory = ArenaPool::more(arena, 8, 8);
        EXPECT_NE(memory, nullptr);
        std::memset(memory, 1, 8);  // of no block that has gone
        pool.close(arena);
        return failed;
    });
}

// Without an address a client would pass for one of a Unix socket.
TEST_F(MemoryExhausted, hides_no_address) {
    const auto loop = make_loop();
    TicketTable tickets;
    StreamContext context(0, &stamp_, tickets);
    int ends[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    const UniqueFd peer(ends[1]);
    constexpr std::string_view kLong = "2001:db8:1111:2222:3333:4444:5555:6666";
    const SocketAddress address = SocketAddress::ip(kLong, 1).value();
    Connection& connection = loop->add_connection(UniqueFd(ends[0]), address, {});
    Protocol user;
    ProtocolSession& session =
        ProtocolSession::adopt(context, connection, Protocol::kCallbacks, &user);
    connection.start(session, nullptr, 0);
    fail_allocation(0);
    const berth_conn_info* const info = session.ops->info(&session);
    EXPECT_FALSE(has_failed_allocation());
    EXPECT_EQ(std::string_view(info->peer_ip.p, info->peer_ip.n), kLong);
    loop->close_connections(BERTH_E_GONE);
}

}  // namespace
}  // namespace berth
