#include "tunnel.h"

#include "service.h"

#include "berth/cpp/guard.hpp"

namespace berth::http {

// The C calls, turned into calls of the tunnel.
struct TunnelOps {
    static Tunnel& of(berth_stream* stream) { return *static_cast<Tunnel*>(stream); }

    static berth_status write(berth_stream* s, const berth_seg* segs, uint32_t n, uint32_t flags) {
        const uint64_t bytes = length_of({segs, n});
        const berth_status status = of(s).write({segs, n}, (flags & BERTH_W_FIN) != 0);
        of(s).exchange_.count_sent(status >= 0 ? bytes : 0);
        return status;
    }
    static void read_pause(berth_stream* s, int32_t on) { of(s).pause(on != 0); }
    static void set_user(berth_stream* s, const berth_stream_cb* callbacks, void* user) {
        of(s).callbacks_ = callbacks;
        of(s).user_ = user;
    }
    static const berth_conn_info* info(berth_stream* s) { return &of(s).exchange_.connection(); }
    static berth_status start_tls(berth_stream*, const berth_tls_opts*) {
        return BERTH_E_UNSUPPORTED;
    }
    static void timeout(berth_stream* s, uint32_t what, uint64_t ms) {
        of(s).set_timeout(what, ms);
    }
    static void close(berth_stream* s, berth_status why, int32_t linger) {
        of(s).close(why, linger != 0);
    }
    static berth_ticket ticket(berth_stream* s) {
        Tunnel& tunnel = of(s);
        if (tunnel.ticket_ == 0) {
            tunnel.ticket_ = tunnel.service_.api().loop->ticket(s);
        }
        return tunnel.ticket_;
    }
    static uint64_t unsent(berth_stream* s) { return of(s).unsent(); }

    static constexpr berth_stream_ops table = {BERTH_HDR(berth_stream_ops),
                                               sdk::kGuarded<write>,
                                               sdk::kGuarded<read_pause>,
                                               set_user,
                                               info,
                                               start_tls,
                                               sdk::kGuarded<timeout>,
                                               sdk::kGuarded<close>,
                                               sdk::kGuarded<ticket>,
                                               unsent};
};

Tunnel::Tunnel(Service& service, Exchange& exchange)
    : berth_stream{&TunnelOps::table}, service_(service), exchange_(exchange) {}

Tunnel::~Tunnel() {
    if (ticket_ != 0) {
        service_.api().loop->retire(ticket_);
    }
}

template <class Call>
auto Tunnel::call(Call call) {
    return service_.stamped(exchange_.handler_number(), call);
}

berth_status Tunnel::tell_data(berth_rbuf* buffers, uint32_t n) {
    if (callbacks_ == nullptr) {
        return BERTH_E_STATE;
    }
    return call([&] { return callbacks_->on_data(user_, buffers, n); });
}

void Tunnel::tell_writable() {
    if (BERTH_HAS(berth_stream_cb, callbacks_, on_writable)) {
        call([&] {
            callbacks_->on_writable(user_);
            return 0;
        });
    }
}

void Tunnel::tell_drain(uint64_t deadline_ms) {
    if (BERTH_HAS(berth_stream_cb, callbacks_, on_drain)) {
        call([&] {
            callbacks_->on_drain(user_, deadline_ms);
            return 0;
        });
    }
}

void Tunnel::tell_timeout() {
    if (!BERTH_HAS(berth_stream_cb, callbacks_, on_timeout)) {
        close(BERTH_E_TIMEOUT, false);
        return;
    }
    call([&] {
        callbacks_->on_timeout(user_);
        return 0;
    });
}

void Tunnel::tell_closed(berth_status why) {
    if (callbacks_ != nullptr) {
        call([&] {
            callbacks_->on_close(user_, why);
            return 0;
        });
    }
}

}  // namespace berth::http
