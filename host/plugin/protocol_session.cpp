#include "plugin/protocol_session.h"

#include "plugin/stamp.h"
#include "plugin/stream_context.h"

#include "berth/config.h"
#include "berth/cpp/guard.hpp"

#include <new>

namespace berth {
// The C calls, turned into calls of the Connection.
struct StreamOps {
    static ProtocolSession& of(berth_stream* stream) {
        return *static_cast<ProtocolSession*>(stream);
    }
    static berth_status write(berth_stream* s, const berth_seg* segs, uint32_t n, uint32_t flags) {
        return of(s).connection_->write({segs, n}, (flags & BERTH_W_FIN) != 0);
    }
    static void read_pause(berth_stream* s, int32_t on) {
        of(s).connection_->pause_reading(on != 0);
    }
    static void set_user(berth_stream* s, const berth_stream_cb* cb, void* user) {
        of(s).cb_ = cb;
        of(s).user_ = user;
    }
    static const berth_conn_info* info(berth_stream* s) {
        ProtocolSession& session = of(s);
        const uint32_t listener = session.endpoint_ == nullptr ? 0 : session.endpoint_->listener;
        return &session.context_->describe(session, listener, session.id_);
    }
    static berth_status start_tls(berth_stream* s, const berth_tls_opts* opts) {
        return of(s).start_tls(*opts);
    }
    static void timeout(berth_stream* s, uint32_t what, uint64_t ms) {
        static constexpr TimeoutKind kinds[] = {
            TimeoutKind::kNone, TimeoutKind::kIdle, TimeoutKind::kDeadline};
        of(s).connection_->set_timeout(what < 3 ? kinds[what] : TimeoutKind::kNone, ms);
    }
    static void close(berth_stream* s, berth_status why, int32_t linger) {
        of(s).connection_->close(why, linger != 0);
    }
    static berth_ticket ticket(berth_stream* s) {
        ProtocolSession& session = of(s);
        if (session.ticket_ == 0) {
            session.ticket_ = session.context_->tickets().issue(s);
        }
        return session.ticket_;
    }
    static uint64_t unsent(berth_stream* s) { return of(s).connection_->output_bytes(); }

    static constexpr berth_stream_ops table = {BERTH_HDR(berth_stream_ops),
                                               write,
                                               read_pause,
                                               set_user,
                                               info,
                                               sdk::kGuarded<start_tls>,
                                               timeout,
                                               close,
                                               sdk::kGuarded<ticket>,
                                               unsent};
};

ProtocolSession::ProtocolSession(StreamContext& context,
                                 const ProtocolEndpoint* endpoint,
                                 Connection& connection)
    : berth_stream{&StreamOps::table},
      context_(&context),
      endpoint_(endpoint),
      stamp_(endpoint == nullptr ? 0 : endpoint->stamp),
      connection_(&connection),
      id_(context.next_id()) {}

void ProtocolSession::accept(StreamContext& context,
                             const ProtocolEndpoint& endpoint,
                             Connection& connection,
                             Handshake handshake,
                             AcceptedSlots slots) {
    // on_close() frees it.
    auto* session = new (std::nothrow) ProtocolSession(context, &endpoint, connection);
    if (session == nullptr) {
        connection.close(BERTH_E_NOMEM, false);
        return;
    }
    session->slots_ = std::move(slots);
    const bool plain = handshake.transport == nullptr;
    // Before on_open(), which may write and close; nothing calls back until we return.
    connection.start(*session, std::move(handshake.transport), handshake.ms);
    if (plain && !session->open(endpoint.ops->on_open)) {
        connection.close(BERTH_E_FAIL, false);
    }
}

ProtocolSession& ProtocolSession::adopt(StreamContext& context,
                                        Connection& connection,
                                        const berth_stream_cb& cb,
                                        void* user,
                                        uint32_t stamp) {
    auto* session = new ProtocolSession(context, nullptr, connection);  // on_close() frees it
    session->cb_ = &cb;
    session->user_ = user;
    session->stamp_ = stamp;
    return *session;
}

bool ProtocolSession::open(Opener opener) noexcept {
    const Stamp running(context_->stamp(), stamp_);
    const berth_stream_cb* cb = nullptr;
    void* user = nullptr;
    const berth_status status = opener(endpoint_->instance, this, endpoint_->listener, &cb, &user);
    if (status < 0 || cb == nullptr) {
        return false;
    }
    cb_ = cb;
    user_ = user;
    return true;
}

berth_status ProtocolSession::on_data(berth_rbuf& input) noexcept {
    const Stamp running(context_->stamp(), stamp_);
    return cb_->on_data(user_, &input, 1);
}

void ProtocolSession::on_writable() noexcept {
    if (BERTH_HAS(berth_stream_cb, cb_, on_writable)) {
        const Stamp running(context_->stamp(), stamp_);
        cb_->on_writable(user_);
    }
}

void ProtocolSession::on_timeout() noexcept {
    if (!BERTH_HAS(berth_stream_cb, cb_, on_timeout)) {
        connection_->close(BERTH_E_TIMEOUT, false);
        return;
    }
    const Stamp running(context_->stamp(), stamp_);
    cb_->on_timeout(user_);
}

void ProtocolSession::on_drain(uint64_t deadline_ms) noexcept {
    if (BERTH_HAS(berth_stream_cb, cb_, on_drain)) {
        const Stamp running(context_->stamp(), stamp_);
        cb_->on_drain(user_, deadline_ms);
    }
}

void ProtocolSession::on_tls(berth_status status) noexcept {
    slots_.handshake = {};
    if (cb_ == nullptr) {  // the handshake of an accepted TLS connection
        if (status < 0 || !open(endpoint_->ops->on_open)) {
            connection_->close(status < 0 ? status : BERTH_E_FAIL, false);
        }
        return;
    }
    if (BERTH_HAS(berth_stream_cb, cb_, on_tls)) {
        const Stamp running(context_->stamp(), stamp_);
        cb_->on_tls(user_, status);
    }
}

bool ProtocolSession::on_cleartext() noexcept {
    const bool accepted = cb_ == nullptr;
    if (!accepted || !BERTH_HAS(berth_protocol_ops, endpoint_->ops, on_cleartext)) {
        return false;
    }
    slots_.handshake = {};
    return open(endpoint_->ops->on_cleartext);
}

void ProtocolSession::on_close(berth_status why) noexcept {
    const std::unique_ptr<ProtocolSession> self(this);
    if (ticket_ != 0) {
        context_->tickets().retire(ticket_);
    }
    if (cb_ != nullptr) {
        const Stamp running(context_->stamp(), stamp_);
        cb_->on_close(user_, why);
    }
}

berth_status ProtocolSession::start_tls(const berth_tls_opts& opts) {
    std::unique_ptr<Transport> transport =
        context_->make_transport(opts, endpoint_ == nullptr ? nullptr : endpoint_->tls);
    if (transport == nullptr) {
        return BERTH_E_UNSUPPORTED;
    }
    return connection_->start_tls(std::move(transport), kHandshakeMs);
}

}  // namespace berth
