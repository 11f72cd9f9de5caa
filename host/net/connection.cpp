#include "net/connection.h"

#include "base/sys.h"
#include "net/connection_table.h"
#include "net/event_loop.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

namespace berth {

// Two cache lines: with thousands of connections each line that a request touches is a miss.
static_assert(sizeof(Connection) <= 128);

namespace {

int socket_error(int fd) {
    int error = 0;
    socklen_t size = sizeof(error);
    return sys().getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

uint64_t after(uint64_t now_ms, uint64_t ms) {
    return ms > TimerQueue::kNever - now_ms ? TimerQueue::kNever : now_ms + ms;
}

}  // namespace

Connection::Connection(EventLoop& loop,
                       UniqueFd fd,
                       const SocketAddress& peer,
                       const ConnectionLimits& limits)
    : fd_(std::move(fd)), loop_(loop), limits_(limits), peer_(peer) {
    loop_.timers().enter();
}

Connection::~Connection() {
    loop_.timers().leave(*this);
}

void Connection::start(ConnectionObserver& observer,
                       std::unique_ptr<Transport> transport,
                       uint32_t handshake_ms) {
    observer_ = &observer;
    if (transport) {
        begin_handshake(std::move(transport), handshake_ms);
    } else {
        state_ = State::kOpen;
    }
    // A request often lies there already: reading first may save the poller altogether.
    flags_.may_read = true;
    attend();
}

void Connection::pause_reading(bool on) {
    if (flags_.paused == on) {
        return;
    }
    flags_.paused = on;
    want();
    if (on) {
        return;
    }
    // Inside on_data what it leaves is not kept yet; settle() looks when it is.
    flags_.present = kept_ != nullptr || flags_.dispatching;
    if (has_more_to_do()) {
        attend();
    }
}

void Connection::set_timeout(TimeoutKind kind, uint64_t ms) {
    if (state_ >= State::kClosing) {
        return;
    }
    const uint64_t due = after(loop_.now_ms(), ms);
    idle_ms_ = 0;
    if (kind == TimeoutKind::kIdle) {
        idle_ms_ = static_cast<uint32_t>(
            std::clamp<uint64_t>(ms, 1, std::numeric_limits<uint32_t>::max()));
    }
    deadlines_.user_ms = kind == TimeoutKind::kNone ? TimerQueue::kNever : due;
    arm();
}

void Connection::close(berth_status why, bool linger) {
    if (state_ >= State::kClosing) {
        return;
    }
    if (why < 0 && !linger) {
        fail(why);
        return;
    }
    if (state_ < State::kOpen) {
        fail(why);
        return;
    }
    state_ = State::kClosing;
    why_ = static_cast<int8_t>(why);
    flags_.linger = linger;
    idle_ms_ = 0;
    deadlines_ = {};
    kept_.reset();
    attend();
}

berth_status Connection::start_tls(std::unique_ptr<Transport> transport, uint32_t handshake_ms) {
    flush();
    if (state_ != State::kOpen || transport_ || kept_ || output_ || flags_.fin_queued ||
        flags_.peer_ended) {
        return BERTH_E_STATE;
    }
    begin_handshake(std::move(transport), handshake_ms);
    attend();
    return BERTH_OK;
}

void Connection::drain(uint64_t deadline_ms) {
    if (state_ == State::kOpen) {
        flags_.dispatching = true;
        observer_->on_drain(deadline_ms);
        settle();
    }
}

void Connection::on_ready(uint32_t ready) {
    if (state_ >= State::kClosed) {
        return;
    }
    if ((ready & (kReadable | kHangUp | kFailed)) != 0) {
        flags_.may_read = true;
    }
    if ((ready & kHangUp) != 0) {
        flags_.hung_up = true;
    }
    if ((ready & (kWritable | kFailed)) != 0) {
        unblock();
    }
    if ((ready & kFailed) != 0 && flags_.paused && socket_error(fd_.get()) != 0) {
        fail(BERTH_E_IO);  // nobody reads, so nobody else would find out
    }
    dispatch();
}

void Connection::run_attended() {
    flags_.attended = false;
    if (state_ != State::kGone) {
        dispatch();
    }
}

// Everything that calls the observer begins here, in on_timer() or in drain(), and ends in
// settle().
void Connection::dispatch() {
    flags_.dispatching = true;
    flags_.partly = false;
    guarded([this] {
        if (state_ == State::kHandshake) {
            shake_hands();
        }
        if (state_ == State::kOpen) {
            tell_writable();
            read_input();
        }
    });
    settle();
}

void Connection::settle() {
    if (flags_.unsent && state_ == State::kOpen) {
        loop_.table().flush_enough();
    } else {
        flush();
        loop_.table().sent(*this);
    }
    if (state_ == State::kLingering) {
        drop_input();
    }
    flags_.dispatching = false;
    if (state_ == State::kClosed) {
        finish();
        return;
    }
    if (!flags_.registered) {
        watch_fd();
    }
    if (has_more_to_do()) {
        attend();
    }
    flags_.present = flags_.present && kept_ != nullptr;
}

// Something is left that no event of the poller will bring back.
bool Connection::has_more_to_do() const {
    if (flags_.partly) {
        return true;
    }
    if (state_ != State::kOpen) {
        return state_ == State::kHandshake && (flags_.may_read || flags_.hung_up);
    }
    if (writable_is_due()) {
        return true;
    }
    const bool end_is_due = flags_.peer_ended && !flags_.end_told;
    return !flags_.paused && (can_read() || end_is_due || (flags_.present && kept_));
}

void Connection::watch_fd() {
    flags_.registered = true;
    if (!loop_.poller().add(fd_.get(), *this, interest())) {
        flags_.registered = false;
        fail(BERTH_E_IO);
        finish();
    }
}

// The loop will dispatch us without an event. In a dispatch there is no need: settle() sees to it.
void Connection::attend() {
    if (!flags_.attended && !flags_.dispatching) {
        flags_.attended = true;
        loop_.table().attend(*this);
    }
}

// Ends now; the observer hears of it from the top of the loop.
void Connection::fail(berth_status why) {
    if (state_ >= State::kClosed) {
        return;
    }
    // Statuses are small numbers; one that is not must stay an error.
    const auto least = std::numeric_limits<int8_t>::min();
    why_ = static_cast<int8_t>(why < least ? BERTH_E_FAIL : why);
    state_ = State::kClosed;
    kept_.reset();
    attend();
}

void Connection::finish() {
    state_ = State::kGone;
    if (flags_.registered) {
        flags_.registered = false;
        loop_.poller().forget(fd_.get(), *this);
    }
    loop_.timers().cancel(*this);
    if (output_) {
        output_->abandon();
    }
    if (observer_ != nullptr) {
        observer_->on_close(why_);
    }
    if (output_) {
        loop_.table().give_back(std::move(output_));
    }
    transport_.reset();
    fd_.reset();
    loop_.table().retire(*this);
}

void Connection::begin_handshake(std::unique_ptr<Transport> transport, uint32_t handshake_ms) {
    transport_ = std::move(transport);
    state_ = State::kHandshake;
    flags_.may_read = true;
    deadlines_.phase_ms = after(loop_.now_ms(), handshake_ms);
    arm();
}

void Connection::shake_hands() {
    flags_.may_read = false;
    const IoStatus status = transport_->handshake(fd_.get());
    if (status == IoStatus::kAgain) {
        want();
        return;
    }
    if (status != IoStatus::kOk) {
        if (!go_on_in_clear()) {
            handshake_failed(BERTH_E_TLS);
        }
        return;
    }
    enter_open();
    observer_->on_tls(BERTH_OK);
    drain_if_late();
}

// False: the peer tried to speak TLS, or nobody wants to tell it that it should.
bool Connection::go_on_in_clear() {
    const auto bytes = transport_->cleartext();
    if (bytes.empty()) {
        return false;
    }
    keep_rest(bytes.data(), bytes.size());
    transport_.reset();
    if (state_ != State::kHandshake) {
        return true;  // there was no room for them
    }
    enter_open();
    if (!observer_->on_cleartext()) {
        return false;
    }
    flags_.present = true;
    drain_if_late();
    return true;
}

void Connection::enter_open() {
    state_ = State::kOpen;
    deadlines_.phase_ms = TimerQueue::kNever;
    flags_.may_read = true;  // the handshake may have read beyond its end
    want();
}

// The loop began to drain during the handshake.
void Connection::drain_if_late() {
    if (state_ == State::kOpen && loop_.drain_deadline_ms() != TimerQueue::kNever) {
        observer_->on_drain(loop_.drain_deadline_ms());
    }
}

void Connection::handshake_failed(berth_status status) {
    if (transport_) {
        transport_->flush(fd_.get());  // the alert, if it can be sent
    }
    observer_->on_tls(status);
    fail(status);
}

void Connection::on_timer() {
    flags_.dispatching = true;
    const uint64_t now = loop_.now_ms();
    if (deadlines_.phase_ms <= now) {
        deadlines_.phase_ms = TimerQueue::kNever;
        if (state_ == State::kHandshake) {
            count_hit(ConnectionLimit::kHandshake);
            handshake_failed(BERTH_E_TIMEOUT);
        } else if (state_ == State::kLingering) {
            state_ = State::kClosed;
        }
    }
    check_progress();
    if (deadlines_.user_ms <= now && state_ <= State::kOpen) {
        deadlines_.user_ms = TimerQueue::kNever;
        idle_ms_ = 0;
        observer_->on_timeout();
    }
    if (state_ < State::kClosed) {
        arm();
    }
    settle();
}

// A deadline that moved to a later time costs a store here and nothing in the queue.
void Connection::arm() {
    uint64_t due = std::min(deadlines_.user_ms, deadlines_.phase_ms);
    if (output_ && output_->progress().is_watched()) {
        due = std::min(due, output_->progress().check_at_ms());
    }
    if (due != TimerQueue::kNever) {
        loop_.timers().set(*this, due);
    }
}

// Bytes moved. The timer finds the new deadline when the old one passes.
void Connection::touch() {
    if (idle_ms_ != 0) {
        deadlines_.user_ms = loop_.now_ms() + idle_ms_;
    }
}

void Connection::want() {
    if (flags_.registered) {
        loop_.poller().want(fd_.get(), *this, interest());
    }
}

uint32_t Connection::interest() const {
    uint32_t bits = 0;
    if (state_ == State::kHandshake) {
        bits = kReadable | (transport_->holds_output() ? kWritable : 0u);
    } else if (!flags_.peer_ended && (!flags_.paused || state_ == State::kLingering)) {
        bits = kReadable;
    }
    const bool waits_for_disk = output_ && output_->file_wait();
    return bits | (flags_.blocked && !waits_for_disk ? kWritable : 0u);
}

void Connection::count_hit(ConnectionLimit limit) {
    if (uint64_t* counter = limits_.hits[static_cast<size_t>(limit)]) {
        ++*counter;
    }
}

}  // namespace berth
