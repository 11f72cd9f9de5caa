#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/unique_fd.h"
#include "berth/abi.h"
#include "net/poller.h"
#include "net/socket_address.h"
#include "net/timer_queue.h"
#include "net/transport.h"

namespace berth {

class Connection;
class EventLoop;
class OutputQueue;

// The one user of a connection. Calls come from the top of the loop, never from inside a call of the same
// connection.
class ConnectionObserver {
public:
    // Bytes arrived; moves input.p and input.n over what it used. n == 0: the peer will send no more.
    // An error closes the connection with that status.
    virtual berth_status on_data(berth_rbuf& input) = 0;
    virtual void on_writable() = 0;
    virtual void on_timeout() = 0;
    virtual void on_drain(uint64_t deadline_ms) = 0;
    // A handshake that start_tls() began has ended.
    virtual void on_tls(berth_status status) = 0;
    // Exactly once, last; the connection is gone when it returns.
    virtual void on_close(berth_status why) = 0;

protected:
    ~ConnectionObserver() = default;
};

enum class TimeoutKind : uint8_t { kNone, kIdle, kDeadline };

struct ConnectionLimits {
    uint32_t low_watermark = 16 * 1024;
    uint32_t high_watermark = 64 * 1024;
    uint32_t output_max = 8 * 1024 * 1024;
    uint32_t kept_input_max = 64 * 1024;
    uint32_t send_timeout_ms = 30'000;  // no byte sent for so long
    uint32_t send_rate_min = 500;       // bytes per second, averaged over 10 s, while output waits
    uint32_t linger_ms = 2'000;
    uint32_t linger_bytes = 64 * 1024;
};

// An accepted or connected stream socket: reading into the loop's buffer, queued output sent once per turn,
// flow control, one timeout, orderly close. Made and owned by the EventLoop; an idle one holds no buffer.
class Connection final : public Watcher, private TimerEntry {
public:
    Connection(EventLoop& loop, UniqueFd fd, const SocketAddress& peer, const ConnectionLimits& limits);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Begins to watch the socket. With a transport its handshake runs first, for at most handshake_ms, and
    // then on_tls(BERTH_OK) comes before any data. Tries to read at once.
    void start(ConnectionObserver& observer, std::unique_ptr<Transport> transport, uint32_t handshake_ms);

    // See berth_stream_ops of the SDK (berth/stream.h) for the contract of these.
    berth_status write(std::span<const berth_seg> segments, bool fin);
    void pause_reading(bool on);
    void set_timeout(TimeoutKind kind, uint64_t ms);
    void close(berth_status why, bool linger);
    // STARTTLS: BERTH_E_STATE when plaintext is kept or output is unsent.
    berth_status start_tls(std::unique_ptr<Transport> transport, uint32_t handshake_ms);
    void drain(uint64_t deadline_ms);

    void set_observer(ConnectionObserver& observer) { observer_ = &observer; }
    ConnectionObserver* observer() const { return observer_; }
    const SocketAddress& peer() const { return peer_; }
    SocketAddress local() const;
    const Transport* transport() const { return transport_.get(); }
    uint64_t output_bytes() const;
    int fd() const { return fd_.get(); }

    // For the loop: sends what is queued; called at the end of the turn.
    void flush();

private:
    // helper NET: members and private functions
};

}  // namespace berth
