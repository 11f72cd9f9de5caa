// Connection: reading.
#include "base/sys.h"
#include "net/connection.h"
#include "net/connection_table.h"
#include "net/event_loop.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

namespace berth {

namespace {
// Full buffers that one connection may read before the others have their turn.
constexpr int kReadsMax = 4;
}  // namespace

bool Connection::can_read() const {
    return state_ == State::kOpen && flags_.may_read && !flags_.paused && !flags_.peer_ended;
}

void Connection::read_input() {
    if (flags_.present && !flags_.paused) {
        flags_.present = false;
        show(loop_.table().read_buffer().data(), 0);
    }
    for (int i = 0; i < kReadsMax && can_read(); ++i) {
        receive();
    }
    tell_end();
}

void Connection::receive() {
    std::span<uint8_t> into = loop_.table().read_buffer();
    into = into.first(std::min(into.size(), sys().io_max));
    const IoResult got = read_some(into);
    switch (got.status) {
        case IoStatus::kAgain:
            // A transport may infer it from a short read, which proves nothing before an end.
            flags_.may_read = transport_ && flags_.hung_up;
            return;
        case IoStatus::kEnd:
            flags_.may_read = false;
            flags_.peer_ended = true;
            want();
            return;
        case IoStatus::kFailed:
            fail(transport_ ? BERTH_E_TLS : BERTH_E_IO);
            return;
        case IoStatus::kOk:
            // A short read means that the socket is empty, unless an end was reported behind the
            // bytes.
            flags_.may_read = got.more || got.bytes == into.size() || flags_.hung_up;
            show(into.data(), got.bytes);
            return;
    }
}

IoResult Connection::read_some(std::span<uint8_t> into) {
    if (transport_) {
        return transport_->read(fd_.get(), into);
    }
    for (;;) {
        const ssize_t n = sys().recv(fd_.get(), into.data(), into.size(), 0);
        if (n > 0) {
            return {IoStatus::kOk, static_cast<size_t>(n), false};
        }
        if (n == 0) {
            return {IoStatus::kEnd, 0, false};
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return {IoStatus::kAgain, 0, false};
        }
        if (errno != EINTR) {
            return {IoStatus::kFailed, 0, false};
        }
    }
}

// Hands kept bytes and the n fresh ones, which lie behind the headroom, to the observer as one
// piece.
void Connection::show(uint8_t* fresh, size_t n) {
    uint8_t* begin = fresh;
    size_t total = n;
    if (kept_) {
        begin -= kept_->size();
        total += kept_->size();
        std::memcpy(begin, kept_->data(), kept_->size());
    }
    if (total == 0) {
        return;
    }
    touch();
    berth_rbuf input{begin, total};
    const berth_status status = observer_->on_data(input);
    if (state_ >= State::kClosing) {
        return;
    }
    if (status < 0 || input.n > total) {
        fail(status < 0 ? status : BERTH_E_INVAL);
        return;
    }
    if (state_ == State::kHandshake && input.n > 0) {
        // Bytes sent in clear before TLS must not be taken for protected ones (CVE-2011-0411).
        handshake_failed(BERTH_E_TLS);
        return;
    }
    keep_rest(begin + (total - input.n), input.n);
}

void Connection::keep_rest(const uint8_t* rest, size_t n) {
    if (n == 0) {
        kept_.reset();
        return;
    }
    if (n > std::min<size_t>(limits_.kept_input_max, ConnectionTable::kHeadroom)) {
        count_hit(ConnectionLimit::kKeptInput);
        fail(BERTH_E_LIMIT);
        return;
    }
    if (!kept_ || kept_->capacity() < n) {
        kept_ = HeapBlock::make(std::max<size_t>(n, 256));
    }
    if (!kept_) {
        fail(BERTH_E_NOMEM);
        return;
    }
    kept_->assign(rest, n);
}

void Connection::tell_end() {
    const bool due = flags_.peer_ended && !flags_.end_told && !flags_.paused && !flags_.present;
    if (!due || state_ != State::kOpen) {
        return;
    }
    flags_.end_told = true;
    berth_rbuf end{loop_.table().read_buffer().data(), 0};
    const berth_status status = observer_->on_data(end);
    if (status < 0 && state_ < State::kClosing) {
        fail(status);
    }
}

// Reads and forgets until the peer has seen our end, so that it gets the answer and no reset.
void Connection::drop_input() {
    std::span<uint8_t> into = loop_.table().read_buffer();
    into = into.first(std::min(into.size(), sys().io_max));
    while (flags_.may_read && state_ == State::kLingering) {
        const ssize_t n = sys().recv(fd_.get(), into.data(), into.size(), 0);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            flags_.may_read = false;
            return;
        }
        const size_t dropped = n > 0 ? static_cast<size_t>(n) : limits_.linger_bytes;
        // idle_ms_ counts what may still be dropped: no idle timeout runs any more.
        idle_ms_ -= static_cast<uint32_t>(std::min<size_t>(idle_ms_, dropped));
        if (n <= 0 || idle_ms_ == 0) {
            state_ = State::kClosed;
        }
    }
}

}  // namespace berth
