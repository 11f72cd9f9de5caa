#include "h1/h1_tunnel.h"

#include "service.h"

#include <utility>

namespace berth::http {

const berth_stream_cb H1Tunnel::kCallbacks = {
    BERTH_HDR(berth_stream_cb),
    [](void* u, berth_rbuf* buffers, uint32_t n) { return of(u).tell_data(buffers, n); },
    [](void* u) { of(u).tell_writable(); },
    nullptr,
    [](void* u, uint64_t deadline_ms) { of(u).tell_drain(deadline_ms); },
    [](void* u) { of(u).tell_timeout(); },
    [](void* u, berth_status why) {
        const std::unique_ptr<H1Tunnel> tunnel(&of(u));
        tunnel->tell_closed(why);
        tunnel->session_->on_close(why);
    },
};

H1Tunnel::H1Tunnel(Service& service,
                   Exchange& exchange,
                   berth_stream& stream,
                   std::unique_ptr<H1Session> session)
    : Tunnel(service, exchange), stream_(stream), session_(std::move(session)) {}

H1Tunnel::~H1Tunnel() = default;

void H1Tunnel::deliver(std::string_view& input) {
    berth_rbuf buffer{reinterpret_cast<const uint8_t*>(input.data()), input.size()};
    const berth_status status = tell_data(&buffer, 1);
    if (status < 0) {
        close(status, false);
    }
    input.remove_prefix(input.size() - buffer.n);
}

berth_status H1Tunnel::write(Segments segments, bool last) {
    const auto n = static_cast<uint32_t>(segments.size());
    const uint32_t flags = last ? uint32_t{BERTH_W_FIN} : 0;
    return stream_.ops->write(&stream_, segments.data(), n, flags);
}

void H1Tunnel::pause(bool on) {
    stream_.ops->read_pause(&stream_, on ? 1 : 0);
}

void H1Tunnel::set_timeout(uint32_t what, uint64_t ms) {
    stream_.ops->timeout(&stream_, what, ms);
}

void H1Tunnel::close(berth_status why, bool linger) {
    stream_.ops->close(&stream_, why, linger ? 1 : 0);
}

uint64_t H1Tunnel::unsent() const {
    return stream_.ops->unsent(&stream_);
}

// In H1Session because only it knows whether the connection can change hands.
Upgraded H1Session::upgrade(const berth_http_resp& response, std::string_view protocol) {
    if (state_ != State::kAnswer) {
        return {BERTH_E_STATE};
    }
    if (is_.draining || is_.ended) {
        return {BERTH_E_DENIED};
    }
    const berth_status status = write_upgrade(response, protocol);
    if (status < 0) {
        return {status};
    }
    enter(State::kTunnel);
    service_.wakeups().forget(*this);
    tunnel_ = new H1Tunnel(service_, *exchange_, stream_, std::unique_ptr<H1Session>(this));
    stream_.ops->set_user(&stream_, &H1Tunnel::kCallbacks, tunnel_);  // whose on_close() frees it
    release_input();
    return {BERTH_OK, tunnel_};
}

}  // namespace berth::http
