#include "plugin/protocol_session.h"

#include "base/faulty_sys.h"
#include "base/live.h"
#include "net/event_loop.h"
#include "plugin/stream_context.h"

#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace berth {
namespace {

// A protocol that writes down what it is told and does what the test says.
struct Script {
    berth_stream* stream = nullptr;
    std::string history;
    berth_status open_status = BERTH_OK;
    volatile uint32_t* stamp = nullptr;
    uint32_t stamp_seen = 0;
};

berth_status on_data(void* user, berth_rbuf* bufs, uint32_t n) {
    auto& script = *static_cast<Script*>(user);
    EXPECT_EQ(n, 1u);
    script.stamp_seen = *script.stamp;
    script.history += "data(" + std::string(reinterpret_cast<const char*>(bufs->p), bufs->n) + ") ";
    bufs->p += bufs->n;
    bufs->n = 0;
    return BERTH_OK;
}
void on_drain(void* user, uint64_t) {
    static_cast<Script*>(user)->history += "drain ";
}
void on_close(void* user, berth_status why) {
    static_cast<Script*>(user)->history += "close(" + std::to_string(why) + ") ";
}

const berth_stream_cb kCallbacks = [] {
    berth_stream_cb cb{};
    cb.h = BERTH_HDR(berth_stream_cb);
    cb.on_data = on_data;
    cb.on_drain = on_drain;
    cb.on_close = on_close;
    return cb;
}();

berth_status on_open(
    void* inst, berth_stream* stream, uint32_t listener, const berth_stream_cb** cb, void** user) {
    auto& script = *static_cast<Script*>(inst);
    script.stream = stream;
    script.history += "open(" + std::to_string(listener) + ") ";
    *cb = &kCallbacks;
    *user = inst;
    return script.open_status;
}

class ProtocolSessionTest : public ::testing::Test {
protected:
    ProtocolSessionTest() : context_(3, &stamp_, tickets_) {
        sys_.set_clock_us(1'000'000);
        loop_ = std::move(EventLoop::make({})).value();
        script_.stamp = &stamp_;
        ops_.h = BERTH_HDR(berth_protocol_ops);
        ops_.on_open = on_open;
        endpoint_ = {.ops = &ops_, .instance = &script_, .listener = 7, .stamp = 42};
    }
    ~ProtocolSessionTest() override { loop_->close_connections(BERTH_E_GONE); }
    void accept(std::unique_ptr<Transport> transport = nullptr) {
        int ends[2];
        ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
        peer_ = UniqueFd(ends[1]);
        Connection& connection = loop_->add_connection(UniqueFd(ends[0]), SocketAddress(), limits_);
        ProtocolSession::accept(context_, endpoint_, connection, {std::move(transport), 1000}, {});
    }
    void say(std::string_view text) {
        ASSERT_EQ(write(peer_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
        turn();
    }
    std::string hear() {
        turn();
        std::string text(4096, '\0');
        const ssize_t n = read(peer_.get(), text.data(), text.size());
        text.resize(n < 0 ? 0 : static_cast<size_t>(n));
        return text;
    }
    void turn() {
        loop_->turn(0);
        loop_->turn(0);
    }
    static berth_seg segment(std::string_view text) {
        berth_seg made{};
        made.kind = BERTH_SEG_COPY;
        made.u.mem = text.data();
        made.len = text.size();
        return made;
    }

    FaultySys sys_{Faults{}};
    ScopedSys scoped_{sys_};
    volatile uint32_t stamp_ = 0;
    TicketTable tickets_;
    std::unique_ptr<EventLoop> loop_;
    StreamContext context_;
    ConnectionLimits limits_;
    Script script_;
    berth_protocol_ops ops_{};
    ProtocolEndpoint endpoint_;
    UniqueFd peer_;
};

TEST_F(ProtocolSessionTest, events_become_calls_of_the_protocol) {
    accept();
    say("hello");
    peer_.reset();
    turn();
    script_.stream->ops->close(script_.stream, BERTH_OK, 0);
    turn();
    EXPECT_EQ(script_.history, "open(7) data(hello) data() close(0) ");
}

TEST_F(ProtocolSessionTest, calls_of_the_protocol_reach_the_connection) {
    accept();
    const berth_seg segments[] = {segment("an "), segment("answer")};
    EXPECT_EQ(script_.stream->ops->write(script_.stream, segments, 2, 0), BERTH_OK);
    EXPECT_EQ(hear(), "an answer");
    EXPECT_EQ(script_.stream->ops->write(script_.stream, segments, 1, BERTH_W_FIN), BERTH_OK);
    EXPECT_EQ(script_.stream->ops->write(script_.stream, segments, 1, 0), BERTH_E_STATE);
    EXPECT_EQ(hear(), "an ");
}

TEST_F(ProtocolSessionTest, the_stamp_names_the_instance_only_while_it_runs) {
    accept();
    say("x");
    EXPECT_EQ(script_.stamp_seen, 42u);
    EXPECT_EQ(stamp_, 0u);
}

TEST_F(ProtocolSessionTest, a_refused_open_closes_without_on_close) {
    script_.open_status = BERTH_E_LIMIT;
    accept();
    turn();
    EXPECT_EQ(script_.history, "open(7) ");
    EXPECT_EQ(loop_->connections(), 0u);
}

TEST_F(ProtocolSessionTest, tickets_die_with_the_stream) {
    accept();
    const berth_ticket ticket = script_.stream->ops->ticket(script_.stream);
    EXPECT_EQ(script_.stream->ops->ticket(script_.stream), ticket);
    EXPECT_EQ(tickets_.find(ticket), script_.stream);
    script_.stream->ops->close(script_.stream, BERTH_E_FAIL, 0);
    turn();
    EXPECT_EQ(tickets_.find(ticket), nullptr);
    EXPECT_EQ(script_.history, "open(7) close(-1) ");
}

TEST_F(ProtocolSessionTest, a_missing_timeout_function_closes_the_stream) {
    accept();
    script_.stream->ops->timeout(script_.stream, BERTH_TIMEOUT_DEADLINE, 5);
    sys_.advance_ms(5);
    turn();
    EXPECT_EQ(script_.history, "open(7) close(-7) ");
}

TEST_F(ProtocolSessionTest, another_user_takes_over_from_the_next_call_on) {
    accept();
    Script second;
    second.stamp = &stamp_;
    script_.stream->ops->set_user(script_.stream, &kCallbacks, &second);
    say("for the second");
    EXPECT_EQ(script_.history, "open(7) ");
    EXPECT_EQ(second.history, "data(for the second) ");
    script_.stream->ops->close(script_.stream, BERTH_E_FAIL, 0);
    turn();
}

TEST_F(ProtocolSessionTest, info_is_built_when_asked) {
    accept();
    const berth_conn_info* info = script_.stream->ops->info(script_.stream);
    EXPECT_EQ(info->listener, 7u);
    EXPECT_EQ(info->transport, static_cast<uint32_t>(BERTH_TRANSPORT_UNIX));
    EXPECT_EQ(info->tls, 0u);
    EXPECT_EQ(info->id >> 48, 4u) << "ids of different workers differ";
}

// A transport whose peer never speaks it.
struct NoTransport final : Transport {
    static constexpr uint8_t kSaid[] = {'h', 'i'};

    IoStatus handshake(int) override { return IoStatus::kFailed; }
    IoResult read(int, std::span<uint8_t>) override { return {IoStatus::kFailed, 0, false}; }
    IoResult write(int, std::span<const iovec>) override { return {IoStatus::kFailed, 0, false}; }
    IoStatus flush(int) override { return IoStatus::kOk; }
    bool holds_output() const override { return false; }
    bool holds_input() const override { return false; }
    void end(int) override {}
    const TlsInfo& info() const override { return info_; }
    std::span<const uint8_t> cleartext() const override { return kSaid; }

    TlsInfo info_;
};

TEST_F(ProtocolSessionTest, clear_text_is_for_a_protocol_that_asks_for_it) {
    ops_.on_cleartext = on_open;
    accept(std::make_unique<NoTransport>());
    turn();
    EXPECT_EQ(script_.history, "open(7) data(hi) ");
}

TEST_F(ProtocolSessionTest, clear_text_closes_where_the_protocol_does_not_know_it) {
    accept(std::make_unique<NoTransport>());
    turn();
    ops_.h.size = offsetof(berth_protocol_ops, on_cleartext);
    ops_.on_cleartext = on_open;
    accept(std::make_unique<NoTransport>());
    turn();
    EXPECT_EQ(script_.history, "");
    EXPECT_EQ(loop_->connections(), 0u);
}

TEST_F(ProtocolSessionTest, tls_is_refused_where_there_is_none) {
    accept();
    berth_tls_opts opts{};
    opts.is_server = 1;
    EXPECT_EQ(script_.stream->ops->start_tls(script_.stream, &opts), BERTH_E_UNSUPPORTED);
}

TEST_F(ProtocolSessionTest, nothing_is_left_when_all_is_closed) {
    const LiveCount before = live_count(LiveKind::kConnection);
    for (int i = 0; i < 10; ++i) {
        accept();
        script_.stream->ops->close(script_.stream, BERTH_OK, 0);
    }
    turn();
    EXPECT_EQ(live_count(LiveKind::kConnection).objects, before.objects);
}

}  // namespace
}  // namespace berth
