#include "h2/h2_tunnel.h"

#include "h2/h2_session.h"
#include "h2/h2_stream.h"
#include "service.h"

#include "berth/cpp/stream.hpp"

#include <algorithm>
#include <utility>

namespace berth::http {

H2Tunnel::H2Tunnel(Service& service, Exchange& exchange, AnswerWire& wire, uint64_t idle_ms)
    : Tunnel(service, exchange), wire_(wire) {
    H2Tunnel::set_timeout(BERTH_TIMEOUT_IDLE, idle_ms);
}

H2Tunnel::~H2Tunnel() {
    stop_timer();
}

size_t H2Tunnel::deliver(std::string_view bytes) {
    note_activity();
    berth_rbuf buffer{reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
    const berth_status status = tell_data(&buffer, 1);
    if (status < 0) {
        close(status, false);
        return bytes.size();
    }
    return bytes.size() - buffer.n;
}

void H2Tunnel::deliver_end() {
    berth_rbuf none{nullptr, 0};
    const berth_status status = tell_data(&none, 1);
    if (status < 0) {
        close(status, false);
    }
}

berth_status H2Tunnel::write(Segments segments, bool last) {
    if (finished_) {
        drop_segments(segments);
        return BERTH_E_STATE;
    }
    note_activity();
    const berth_status status = wire_.write_body(segments);
    if (last && status >= 0) {
        finished_ = true;
        wire_.write_end({});
    }
    return status;
}

void H2Tunnel::pause(bool on) {
    paused_ = on;
    wire_.hold_body(on);
}

// The rest of what the client sends is dropped by its stream, lingering or not.
void H2Tunnel::close(berth_status why, bool) {
    if (closing_) {
        return;
    }
    closing_ = true;
    if (why < 0) {
        wire_.cut(why);
        return;
    }
    if (!finished_) {
        finished_ = true;
        wire_.write_end({});
    }
    wire_.wake();
}

uint64_t H2Tunnel::unsent() const {
    return wire_.unsent();
}

void H2Tunnel::set_timeout(uint32_t what, uint64_t ms) {
    stop_timer();
    timeout_ = what;
    timeout_ms_ = ms;
    note_activity();
    if (what != BERTH_TIMEOUT_NONE) {
        start_timer(ms);
    }
}

void H2Tunnel::note_activity() {
    active_ms_ = service_.api().loop->now_ms();
}

void H2Tunnel::start_timer(uint64_t ms) {
    timer_ = service_.api().loop->timer(ms, 0, &H2Tunnel::on_timer, this);
}

void H2Tunnel::stop_timer() {
    if (timer_ != nullptr) {
        service_.api().loop->timer_cancel(timer_);
        timer_ = nullptr;
    }
}

void H2Tunnel::on_timer(void* self) {
    auto& tunnel = *static_cast<H2Tunnel*>(self);
    sdk::guarded(tunnel, [&] { tunnel.check_timeout(); });
}

// An idle timeout is not moved with every byte; it looks when it fires.
void H2Tunnel::check_timeout() {
    timer_ = nullptr;
    const uint64_t quiet = service_.api().loop->now_ms() - active_ms_;
    if (timeout_ == BERTH_TIMEOUT_IDLE && quiet < timeout_ms_) {
        start_timer(timeout_ms_ - quiet);
        return;
    }
    if (!closing_) {
        tell_timeout();
    }
}

// In H2Stream because only it knows whether the stream can change hands.
Upgraded H2Stream::upgrade(const berth_http_resp& response, std::string_view) {
    if (cut_why_ < 0) {
        return {BERTH_E_GONE};
    }
    if (session_.is_leaving()) {
        return {BERTH_E_DENIED};
    }
    AnswerWire& wire = *this;
    auto tunnel = std::make_unique<H2Tunnel>(
        session_.service(), *exchange_, wire, exchange_->site().limits.idle_ms);
    const berth_status status = write_head({response, false, false}, {});
    if (status < 0) {
        return {status};
    }
    tunnel_ = std::move(tunnel);
    return {BERTH_OK, tunnel_.get()};
}

void H2Stream::on_drain(uint64_t deadline_ms) {
    if (tunnel_ && is_active()) {
        tunnel_->on_drain(deadline_ms);
    }
}

void H2Stream::on_tunnel_data(std::string_view bytes) {
    if (!body_.kept().empty() || !tunnel_ || tunnel_->is_paused()) {
        body_.keep(bytes);  // the client's window bounds it
        return;
    }
    const size_t taken = tunnel_->deliver(bytes);
    consume(taken);
    body_.keep(bytes.substr(taken));
}

void H2Stream::deliver_to_tunnel() {
    if (!tunnel_ || tunnel_->is_paused()) {
        return;
    }
    if (!body_.kept().empty()) {
        const size_t taken = tunnel_->deliver(body_.kept());
        consume(taken);
        body_.take_kept(taken);
    }
    if (is_.ended && !is_.end_told && body_.kept().empty() && !tunnel_->is_paused()) {
        is_.end_told = true;
        tunnel_->deliver_end();
    }
}

// What had to wait for the top of the loop.
void H2Stream::attend_tunnel() {
    if (is_.throttled && output_.bytes() <= kLowWatermark && !tunnel_->is_closing()) {
        is_.throttled = false;
        tunnel_->on_writable();
    }
    if (tunnel_->is_closing() && output_.empty()) {
        finish_exchange(BERTH_OK);
    }
}

}  // namespace berth::http
