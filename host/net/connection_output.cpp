// Connection: queueing and sending.
#include "base/sys.h"
#include "net/connection.h"
#include "net/connection_table.h"
#include "net/event_loop.h"
#include "net/open_file.h"

#include "berth/stream.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

namespace berth {

namespace {

constexpr size_t kPiecesMax = 64;             // of one sendmsg()
constexpr size_t kCopyGatherMax = 16 * 1024;  // longer copies get a heap block of their own
constexpr uint64_t kTurnShare = 4 << 20;      // bytes that one connection sends in a turn
constexpr int kWritesMax = 4;                 // calls of on_writable in one dispatch
constexpr uint64_t kRateWindowMs = 10'000;

bool is_copied(const berth_seg& segment) {
    return segment.kind == BERTH_SEG_COPY || segment.kind == BERTH_SEG_ARENA ||
           segment.len <= BERTH_GATHER_MAX;
}

void release(std::span<const berth_seg> segments) {
    for (const berth_seg& segment : segments) {
        if (berth_owner* owner = berth_seg_owner(&segment)) {
            owner->release(owner);
        }
    }
}

// Opened by berth.file/1, and no more of it than there can be.
bool is_part_of_file(const berth_seg& segment) {
    const berth_file* file = segment.u.file;
    return segment.kind == BERTH_SEG_FILE && file != nullptr &&
           file->stat().type == BERTH_FILE_REGULAR &&
           segment.len <= INT64_MAX - std::min<uint64_t>(segment.v.off, INT64_MAX);
}

// What a list of segments holds.
struct Contents {
    uint64_t in_memory = 0;  // bytes; more than any limit when the sum overflows
    bool all_copied = true;
};

// Nothing when one of them cannot be sent.
std::optional<Contents> contents_of(std::span<const berth_seg> segments) {
    Contents contents;
    for (const berth_seg& segment : segments) {
        if (segment.kind < BERTH_SEG_FILE) {
            contents.in_memory += std::min(segment.len, UINT64_MAX - contents.in_memory);
            contents.all_copied &= is_copied(segment);
        } else if (is_part_of_file(segment)) {
            contents.all_copied = false;
        } else {
            return std::nullopt;
        }
    }
    return contents;
}

}  // namespace

berth_status Connection::write(std::span<const berth_seg> segments, bool fin) {
    if (state_ >= State::kClosing || flags_.fin_queued) {
        release(segments);
        return BERTH_E_STATE;
    }
    const std::optional<Contents> contents = contents_of(segments);
    if (!contents) {
        release(segments);
        return BERTH_E_INVAL;
    }
    const uint64_t queued = output_ ? output_->bytes_in_memory() : 0;
    if (contents->in_memory > limits_.output_max - std::min<uint64_t>(queued, limits_.output_max)) {
        count_hit(ConnectionLimit::kOutput);
        release(segments);
        return BERTH_E_LIMIT;
    }
    if (contents->all_copied && contents->in_memory <= kCopyGatherMax &&
        can_gather(contents->in_memory)) {
        gather(segments);
    } else if (const berth_status status = queue_each(segments); status < 0) {
        fail(status);
        return status;
    }
    flags_.fin_queued = fin;
    mark_unsent();
    if (output_bytes() <= limits_.high_watermark) {
        return BERTH_OK;
    }
    flags_.again_given = true;
    return BERTH_AGAIN;
}

// Small writes all go into the turn buffer, which has room for them.
void Connection::gather(std::span<const berth_seg> segments) {
    TurnBuffer& buffer = loop_.table().turn_buffer();
    const uint8_t* const begin = buffer.place();
    for (const berth_seg& segment : segments) {
        if (segment.len != 0) {
            buffer.add(segment.u.mem, static_cast<size_t>(segment.len));
        }
    }
    if (const auto size = static_cast<size_t>(buffer.place() - begin); size != 0) {
        output().add_turn(begin, size);
        mark_unsent();  // before an owner may write: that could empty the buffer
    }
    release(segments);
}

berth_status Connection::queue_each(std::span<const berth_seg> segments) {
    for (size_t i = 0; i < segments.size(); ++i) {
        if (const berth_status status = queue(segments[i]); status < 0) {
            release(segments.subspan(i + 1));
            return status;
        }
    }
    return BERTH_OK;
}

// Takes over the segment's reference, whatever it returns.
berth_status Connection::queue(const berth_seg& segment) {
    if (segment.kind == BERTH_SEG_FILE) {
        return queue_file(segment);
    }
    const auto* bytes = static_cast<const uint8_t*>(segment.u.mem);
    const auto length = static_cast<size_t>(segment.len);
    if (!is_copied(segment)) {
        output().add_reference(bytes, length, berth_seg_owner(&segment));
        return BERTH_OK;
    }
    if (length <= kCopyGatherMax && can_gather(length)) {
        gather({&segment, 1});
        return BERTH_OK;
    }
    const berth_status status = length == 0 ? BERTH_OK : queue_copy(bytes, length);
    release({&segment, 1});
    return status;
}

berth_status Connection::queue_copy(const uint8_t* bytes, size_t n) {
    if (state_ >= State::kClosed) {
        return BERTH_E_IO;
    }
    return output().add_copy(bytes, n) ? BERTH_OK : BERTH_E_NOMEM;
}

// Is there room in the turn buffer? Making it may close this connection.
bool Connection::can_gather(size_t n) {
    // While something is being sent, the turn buffer must not be emptied under it.
    if (flags_.blocked || flags_.partly || state_ != State::kOpen || loop_.table().is_sending()) {
        return false;
    }
    if (loop_.table().turn_buffer().room() < n) {
        loop_.table().flush_all();
    }
    return !flags_.blocked && !flags_.partly && state_ == State::kOpen;
}

OutputQueue& Connection::output() {
    if (!output_) {
        output_ = loop_.table().take_queue();
    }
    return *output_;
}

void Connection::mark_unsent() {
    if (!flags_.unsent && !flags_.blocked) {
        flags_.unsent = true;
        loop_.table().add_unsent(*this);
    }
}

void Connection::flush() {
    if (loop_.table().is_sending()) {
        return;  // an owner that is released called us; the end of the turn is near
    }
    flags_.unsent = false;
    if (state_ < State::kOpen || state_ >= State::kLingering || flags_.blocked || flags_.partly) {
        return;
    }
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
        const IoResult sent = output_->first_file().file != nullptr ? send_file() : send_memory();
        if (sent.status == IoStatus::kAgain) {
            block();
            return false;
        }
        if (sent.status != IoStatus::kOk) {
            fail(BERTH_E_IO);
            return false;
        }
        sent_now += sent.bytes;
        output_->progress().sent += sent.bytes;
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
    if (!output().keep()) {
        fail(BERTH_E_NOMEM);
        return;
    }
    if (!output_->progress().watched) {
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
        flush();
        if (state_ != State::kOpen || !writable_is_due()) {
            return;
        }
        flags_.again_given = false;
        observer_->on_writable();
    }
}

// Bytes that the kernel has and the peer does not. A slow peer empties the socket's buffer long
// before the socket takes more, so what we sent alone would accuse it wrongly.
int64_t Connection::bytes_in_kernel() const {
    int bytes = 0;
    return sys().ioctl(fd_.get(), SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

void Connection::watch_progress() {
    OutputQueue::Progress& progress = output_->progress();
    const uint64_t now = loop_.now_ms();
    if (!progress.watched) {
        progress.moved_at_ms = now;
    }
    if (!progress.watched || now - progress.window_from_ms >= kRateWindowMs) {
        progress.watched = true;
        progress.window_from_ms = now;
        progress.sent = 0;
        progress.in_kernel = bytes_in_kernel();
        progress.taken = 0;
    }
    progress.check_at_ms = std::min(progress.window_from_ms + kRateWindowMs,
                                    progress.moved_at_ms + limits_.send_timeout_ms);
    arm();
}

void Connection::check_progress() {
    if (state_ >= State::kLingering || !output_ || !output_->progress().watched) {
        return;
    }
    OutputQueue::Progress& progress = output_->progress();
    const uint64_t now = loop_.now_ms();
    if (now < progress.check_at_ms) {
        return;
    }
    if (output_->file_wait()) {
        progress.watched = false;  // our disk is slow, not the peer
        watch_progress();
        return;
    }
    const int64_t taken =
        static_cast<int64_t>(progress.sent) + progress.in_kernel - bytes_in_kernel();
    const uint64_t elapsed = now - progress.window_from_ms;
    if (taken > progress.taken) {
        progress.taken = taken;
        progress.moved_at_ms = now;
    }
    const uint64_t least = uint64_t{limits_.send_rate_min} * elapsed / 1000;
    if (taken > 0 && elapsed >= kRateWindowMs && static_cast<uint64_t>(taken) < least) {
        count_hit(ConnectionLimit::kSendRate);
        fail(BERTH_E_TIMEOUT);
        return;
    }
    if (now - progress.moved_at_ms >= limits_.send_timeout_ms) {
        count_hit(ConnectionLimit::kSendTimeout);
        fail(BERTH_E_TIMEOUT);
        return;
    }
    watch_progress();
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
