#include "h1/h1_session.h"

#include "h1/h1_tunnel.h"
#include "http_session.h"
#include "input_pieces.h"
#include "service.h"

#include <algorithm>

namespace berth::http {

H1Session::H1Session(Service& service,
                     berth_stream& stream,
                     const HostTable& sites,
                     const Site* handshake)
    : service_(service), stream_(stream), sites_(sites), handshake_site_(handshake) {
    service_.connection_opened();
}

H1Session::~H1Session() {
    service_.wakeups().forget(*this);
    service_.connection_closed();
}

void H1Session::begin() {
    stream_.ops->timeout(&stream_, BERTH_TIMEOUT_IDLE, limits().idle_ms);
}

// Before its host is known, a request is held to the limits of the listener's first site.
const SiteLimits& H1Session::limits() const {
    return exchange_ ? exchange_->site().limits : sites_.first().limits;
}

void H1Session::enter(State state) {
    state_ = state;
}

berth_status H1Session::on_data(berth_rbuf* buffers, uint32_t n) {
    is_.busy = true;
    std::string_view input = in_one_piece(buffers, n, service_.scratch().input);
    const size_t size = input.size();
    if (size == 0) {
        on_end_of_input();
    } else {
        process(input);
        consume_input(buffers, n, size - input.size());
        const bool between = state_ == State::kIdle || state_ == State::kHead;
        if (is_.ended && between) {
            close(BERTH_OK, false);
        }
    }
    is_.busy = false;
    return BERTH_OK;
}

void H1Session::process(std::string_view& input) {
    bool more = true;
    while (more && !input.empty()) {
        switch (state_) {
            case State::kIdle:
            case State::kHead:
                more = read_head(input);
                break;
            case State::kBody:
                more = read_body(input);
                break;
            case State::kAnswer:
            case State::kThrottled:
                hold_input();
                more = false;
                break;
            case State::kClosing:
                input = {};
                break;
            case State::kTunnel:
                tunnel_->deliver(input);
                more = false;
                break;
        }
    }
}

// A client that has sent all it wants still gets the answers to what it sent.
void H1Session::on_end_of_input() {
    is_.ended = true;
    if (state_ == State::kIdle || state_ == State::kHead) {
        close(BERTH_OK, false);
    } else if (state_ == State::kBody && !is_.holding) {
        close(BERTH_E_IO, false);  // the rest of the body will never come
    } else if (state_ == State::kThrottled && !is_.holding) {
        close(BERTH_OK, false);
    }
}

// Moves on when the answer is complete. Never inside a call of the handler.
void H1Session::settle() {
    if (!exchange_ || !exchange_->answered()) {
        return;
    }
    if (!is_.keep_alive) {
        const bool unread = state_ == State::kBody || is_.holding;
        finish_exchange();
        close(BERTH_OK, unread);
        return;
    }
    if (state_ != State::kAnswer) {
        release_input();  // the rest of the body is read and dropped
        return;
    }
    finish_exchange();
    if (is_.ended && !is_.holding) {
        close(BERTH_OK, false);
    } else if (is_.throttled) {
        enter(State::kThrottled);
    } else {
        become_idle();
    }
}

// Between two requests. While draining, a client whose answer began before that was not told to
// leave: it may send one more request.
void H1Session::become_idle() {
    enter(State::kIdle);
    if (is_.draining) {
        stream_.ops->timeout(&stream_, BERTH_TIMEOUT_DEADLINE, kDrainGraceMs);
    }
    release_input();
}

void H1Session::finish_exchange() {
    exchange_.finish(service_, is_.throttled);
}

void H1Session::close(berth_status why, bool linger) {
    if (state_ == State::kClosing) {
        return;
    }
    enter(State::kClosing);
    stream_.ops->close(&stream_, why, linger ? 1 : 0);
}

void H1Session::hold_input() {
    if (!is_.holding) {
        is_.holding = true;
        stream_.ops->read_pause(&stream_, 1);
    }
}

void H1Session::release_input() {
    if (is_.holding) {
        is_.holding = false;
        stream_.ops->read_pause(&stream_, 0);
    }
}

void H1Session::on_writable() {
    is_.busy = true;
    is_.throttled = false;
    exchange_.finish_sending(service_, BERTH_OK);
    if (state_ == State::kThrottled) {
        become_idle();
    } else if (exchange_) {
        exchange_->on_writable();
        settle();
    }
    is_.busy = false;
}

void H1Session::on_drain(uint64_t deadline_ms) {
    is_.draining = true;
    if (state_ != State::kIdle) {
        return;
    }
    const uint64_t now = service_.api().loop->now_ms();
    const uint64_t left = deadline_ms > now ? deadline_ms - now : 0;
    stream_.ops->timeout(&stream_, BERTH_TIMEOUT_DEADLINE, std::min(left, kDrainGraceMs));
}

void H1Session::on_timeout() {
    is_.busy = true;
    switch (state_) {
        case State::kHead:
            service_.count_limit("head_timeout");
            refuse(408, {});
            break;
        case State::kBody:
            check_body_rate();
            break;
        case State::kAnswer:
        case State::kThrottled:
            begin();
            break;  // the client is not the one who is slow
        default:
            if (!is_.draining) {
                service_.count_limit("idle_timeout");
            }
            close(BERTH_OK, false);
            break;
    }
    is_.busy = false;
}

void H1Session::on_close(berth_status why) {
    is_.busy = true;
    enter(State::kClosing);
    const berth_status reason = why < 0 ? why : BERTH_E_GONE;
    if (exchange_) {
        exchange_->abort(reason);
        exchange_.finish(service_, false);
    }
    exchange_.finish_sending(service_, reason);
}

}  // namespace berth::http
