#include "h1/h1_tunnel.h"

#include "service.h"

#include "berth/cpp/stream.hpp"

#include <utility>

namespace berth::http {

H1Tunnel::H1Tunnel(Service& service, Exchange& exchange, berth_stream& stream)
    : Tunnel(service, exchange), stream_(stream) {}

H1Tunnel::~H1Tunnel() = default;

void H1Tunnel::begin(std::unique_ptr<H1Session> session) {
    session_ = std::move(session);
    stream_.ops->set_user(&stream_, &sdk::kStreamUser<H1Tunnel>, this);
}

void H1Tunnel::on_close(berth_status why) {
    tell_closed(why);
    session_->on_close(why);
}

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
    // Before anything is sent: memory may be exhausted.
    auto tunnel = std::make_unique<H1Tunnel>(service_, *exchange_, stream_);
    const berth_status status = write_upgrade(response, protocol);
    if (status < 0) {
        return {status};
    }
    enter(State::kTunnel);
    service_.wakeups().forget(*this);
    tunnel_ = tunnel.release();  // its on_close() frees it
    tunnel_->begin(std::unique_ptr<H1Session>(this));
    release_input();
    return {BERTH_OK, tunnel_};
}

}  // namespace berth::http
