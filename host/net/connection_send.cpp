// Connection: sending what is queued.
#include "base/sys.h"
#include "net/connection.h"
#include "net/connection_table.h"
#include "net/event_loop.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace berth {

namespace {
constexpr size_t kPiecesMax = 64;         // of one sendmsg()
constexpr uint64_t kTurnShare = 4 << 20;  // bytes that one connection sends in a turn
constexpr int kWritesMax = 4;             // calls of on_writable in one dispatch
}  // namespace

void Connection::flush() {
    if (loop_.table().is_sending()) {
        return;  // an owner that is released called us; the end of the turn is near
    }
    flags_.unsent = false;
    if (state_ < State::kOpen || state_ >= State::kLingering || flags_.blocked || flags_.partly) {
        return;
    }
    guarded([this] { send_waiting(); });
}

void Connection::send_waiting() {
    if ((!output_ || send_queued()) && send_held_back()) {
        output_is_out();
    }
    if (state_ == State::kOpen && writable_is_due()) {
        attend();
    }
}

// What the transport has taken and not sent. True when nothing is left.
bool Connection::send_held_back() {
    if (!transport_ || !transport_->holds_output()) {
        return true;
    }
    const IoStatus status = transport_->flush(fd_.get());
    if (status == IoStatus::kAgain) {
        block();
    } else if (status != IoStatus::kOk) {
        fail(BERTH_E_IO);
    }
    return status == IoStatus::kOk;
}

// True when the queue is empty and gone.
bool Connection::send_queued() {
    const ConnectionTable::Sending sending(loop_.table());
    uint64_t sent_now = 0;
    while (state_ < State::kClosed && !output_->empty()) {
        if (sent_now >= kTurnShare) {
            send_rest_next_turn();
            return false;
        }
        const IoResult sent = output_->file_follows(0) ? send_file() : send_memory();
        if (sent.status == IoStatus::kAgain) {
            block();
            return false;
        }
        if (sent.status != IoStatus::kOk) {
            fail(BERTH_E_IO);
            return false;
        }
        sent_now += sent.bytes;
        output_->progress().sent(sent.bytes);
        output_->consume(sent.bytes);
        touch();
    }
    if (state_ >= State::kClosed) {
        return false;
    }
    loop_.table().give_back(std::move(output_));
    return true;
}

// A file to a fast reader would keep the loop for as long as it lasts.
void Connection::send_rest_next_turn() {
    if (!output_->keep()) {
        fail(BERTH_E_NOMEM);
        return;
    }
    flags_.partly = true;
    attend();
}

IoResult Connection::send_memory() {
    [[gnu::uninitialized]] std::array<iovec, kPiecesMax> pieces;  // a kilobyte at each call
    const size_t count = output_->gather(pieces, sys().io_max);
    return send_some({pieces.data(), count}, output_->file_follows(count));
}

IoResult Connection::send_some(std::span<const iovec> from, bool more) {
    if (sends_by_transport()) {
        return transport_->write(fd_.get(), from);
    }
    const int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
    for (;;) {
        ssize_t n = 0;
        if (from.size() == 1) {
            n = sys().send(fd_.get(), from[0].iov_base, from[0].iov_len, flags);
        } else {
            msghdr message{};
            message.msg_iov = const_cast<iovec*>(from.data());
            message.msg_iovlen = from.size();
            n = sys().sendmsg(fd_.get(), &message, flags);
        }
        if (n >= 0) {
            return {IoStatus::kOk, static_cast<size_t>(n), false};
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return {IoStatus::kAgain, 0, false};
        }
        if (errno != EINTR) {
            return {IoStatus::kFailed, 0, false};
        }
    }
}

// The socket takes nothing more: what lies in the turn buffer moves to the heap, and progress is
// watched.
void Connection::block() {
    flags_.blocked = true;
    if (!make_room() || !output_->keep()) {
        fail(BERTH_E_NOMEM);
        return;
    }
    if (!output_->progress().is_watched()) {
        watch_progress();
    }
    want();
}

void Connection::unblock() {
    if (flags_.blocked) {
        flags_.blocked = false;
        want();
    }
}

bool Connection::writable_is_due() const {
    return flags_.again_given && output_bytes() <= limits_.low_watermark;
}

void Connection::tell_writable() {
    for (int i = 0; i < kWritesMax; ++i) {
        if (output_ || transport_) {
            flush();
        }
        if (state_ != State::kOpen || !writable_is_due()) {
            return;
        }
        flags_.again_given = false;
        observer_->on_writable();
    }
}

SendProgress::Limits Connection::send_limits() const {
    return {limits_.send_timeout_ms, limits_.send_rate_min};
}

// Bytes that the peer has not taken.
int64_t Connection::bytes_in_socket() const {
    int bytes = 0;
    return sys().ioctl(fd_.get(), SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

void Connection::watch_progress() {
    output_->progress().watch(send_limits(), loop_.now_ms(), bytes_in_socket());
    arm();
}

void Connection::check_progress() {
    if (state_ >= State::kLingering || !output_ || !output_->progress().is_watched() ||
        loop_.now_ms() < output_->progress().check_at_ms()) {
        return;
    }
    if (output_->file_wait()) {
        watch_progress();  // our disk is slow, not the peer
        return;
    }
    switch (output_->progress().check(send_limits(), loop_.now_ms(), bytes_in_socket())) {
        case SendProgress::Verdict::kGoesOn:
            arm();
            break;
        case SendProgress::Verdict::kTooSlow:
            count_hit(ConnectionLimit::kSendRate);
            fail(BERTH_E_TIMEOUT);
            break;
        case SendProgress::Verdict::kStalled:
            count_hit(ConnectionLimit::kSendTimeout);
            fail(BERTH_E_TIMEOUT);
            break;
    }
}

// Nothing is left to send: our end follows when it was asked for.
void Connection::output_is_out() {
    if (state_ == State::kOpen && flags_.fin_queued && !flags_.fin_sent) {
        end_output();
        return;
    }
    if (state_ != State::kClosing) {
        return;
    }
    if (!flags_.fin_sent && (flags_.linger || transport_)) {
        end_output();
    }
    if (state_ != State::kClosing) {
        return;
    }
    if (!flags_.linger || flags_.peer_ended) {
        state_ = State::kClosed;
        attend();
        return;
    }
    state_ = State::kLingering;
    flags_.may_read = true;
    idle_ms_ = limits_.linger_bytes;
    deadlines_.phase_ms = loop_.now_ms() + limits_.linger_ms;
    want();
    arm();
    attend();
}

void Connection::end_output() {
    flags_.fin_sent = true;
    if (transport_) {
        transport_->end(fd_.get());
        if (transport_->flush(fd_.get()) == IoStatus::kFailed) {
            fail(BERTH_E_IO);
            return;
        }
    }
    if ((state_ != State::kClosing || flags_.linger) && sys().shutdown(fd_.get(), SHUT_WR) != 0) {
        fail(BERTH_E_IO);
    }
}

}  // namespace berth
