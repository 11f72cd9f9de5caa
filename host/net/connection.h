#pragma once

#include "base/live.h"
#include "base/unique_fd.h"
#include "net/output_queue.h"
#include "net/poller.h"
#include "net/socket_address.h"
#include "net/timer_queue.h"
#include "net/transport.h"

#include "berth/abi.h"

#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

namespace berth {

class Connection;
class ConnectionTable;
class EventLoop;

// The one user of a connection. Calls come from the top of the loop, never from inside a call of
// the same connection.
class ConnectionObserver {
public:
    // Bytes arrived; moves input.p and input.n over what it used. n == 0: the peer will send no
    // more. An error closes the connection with that status.
    virtual berth_status on_data(berth_rbuf& input) = 0;
    virtual void on_writable() = 0;
    virtual void on_timeout() = 0;
    virtual void on_drain(uint64_t deadline_ms) = 0;
    // A handshake has ended: BERTH_OK, or an error that on_close follows.
    virtual void on_tls(berth_status status) = 0;
    // A handshake has failed because the peer speaks in clear. True: the connection goes on, in
    // clear, with what the peer sent; else on_tls() with an error follows.
    virtual bool on_cleartext() { return false; }
    // Exactly once, last; the connection is gone when it returns.
    virtual void on_close(berth_status why) = 0;

protected:
    ~ConnectionObserver() = default;
};

enum class TimeoutKind : uint8_t { kNone, kIdle, kDeadline };

// Limits that a connection enforces itself, as places in ConnectionLimits::hits.
enum class ConnectionLimit : uint8_t { kOutput, kKeptInput, kSendTimeout, kSendRate, kHandshake };

struct ConnectionLimits {
    uint32_t low_watermark = 16 * 1024;
    uint32_t high_watermark = 64 * 1024;
    uint32_t output_max = 8 * 1024 * 1024;
    uint32_t kept_input_max = 64 * 1024;  // at most that
    uint32_t send_timeout_ms = 30'000;    // the peer took no byte for so long
    uint32_t send_rate_min = 500;  // bytes per second, averaged over 10 s, while output waits
    uint32_t linger_ms = 2'000;
    uint32_t linger_bytes = 64 * 1024;
    using Counters = std::array<uint64_t*, 5>;
    Counters hits{};  // by ConnectionLimit; null: not counted

    bool operator==(const ConnectionLimits&) const = default;
};

// An accepted or connected stream socket: reading into the loop's buffer, queued output sent once
// per turn, flow control, one timeout, orderly close. Made and owned by the EventLoop; an idle one
// holds no buffer.
//
//   kNew -> kHandshake -> kOpen -> kClosing -> kLingering -> kClosed -> kGone
// Each may be skipped, and start_tls() goes back from kOpen to kHandshake; on_close comes between
// the last two.
class alignas(64) Connection final : public Watcher, private TimerEntry {
public:
    // For the loop: EventLoop::add_connection() makes connections, and keeps the limits for them.
    Connection(EventLoop& loop,
               UniqueFd fd,
               const SocketAddress& peer,
               const ConnectionLimits& limits);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Begins to watch the socket. With a transport its handshake runs first, for at most
    // handshake_ms, and then on_tls(BERTH_OK) comes before any data. Reading begins in this turn,
    // not inside this call.
    void start(ConnectionObserver& observer,
               std::unique_ptr<Transport> transport,
               uint32_t handshake_ms);

    // See berth_stream_ops of the SDK (berth/stream.h) for the contract of these.
    berth_status write(std::span<const berth_seg> segments, bool fin);
    void pause_reading(bool on);
    void set_timeout(TimeoutKind kind, uint64_t ms);
    void close(berth_status why, bool linger);
    // STARTTLS: BERTH_E_STATE when plaintext is kept or output is unsent. Plaintext that the
    // on_data being run leaves fails the handshake.
    berth_status start_tls(std::unique_ptr<Transport> transport, uint32_t handshake_ms);
    // From the top of the loop only: tells the observer.
    void drain(uint64_t deadline_ms);

    void set_observer(ConnectionObserver& observer) { observer_ = &observer; }
    ConnectionObserver* observer() const { return observer_; }
    SocketAddress peer() const { return peer_.expand(); }
    SocketAddress local() const { return SocketAddress::local_of(fd_.get()); }
    const Transport* transport() const { return transport_.get(); }
    uint64_t output_bytes() const { return output_ ? output_->bytes() : 0; }
    int fd() const { return fd_.get(); }

    // For the loop: sends what is queued; called at the end of the turn.
    void flush();

private:
    friend class ConnectionTable;
    friend struct FileWait;

    enum class State : uint8_t { kNew, kHandshake, kOpen, kClosing, kLingering, kClosed, kGone };

    struct Flags {
        bool paused : 1 = false;    // the observer wants no input
        bool may_read : 1 = false;  // the socket may hold bytes: no read has come up short since
        bool hung_up : 1 =
            false;  // the peer's end was reported: short reads prove nothing any more
        bool peer_ended : 1 = false;  // and its end was read
        bool end_told : 1 = false;    // and the observer knows
        bool present : 1 = false;     // kept bytes are to be shown again
        bool fin_queued : 1 = false;  // our end follows the output
        bool fin_sent : 1 = false;
        bool blocked : 1 = false;      // the socket takes nothing for now
        bool again_given : 1 = false;  // the observer waits for on_writable
        bool registered : 1 = false;   // the poller knows us
        bool attended : 1 = false;     // on the table's list of those with something to do
        bool unsent : 1 = false;       // on the table's list of those with output
        bool dispatching : 1 = false;
        bool linger : 1 = false;
        bool partly : 1 = false;  // the turn's share was sent, more waits for the next turn
    };

    struct Deadlines {
        uint64_t user_ms = TimerQueue::kNever;   // what set_timeout() asked for
        uint64_t phase_ms = TimerQueue::kNever;  // end of handshake or lingering
    };

    void on_ready(uint32_t ready) override;
    void on_timer() override;

    // Runs what may need memory: where that is exhausted, the connection ends, and not the loop.
    template <class Work>
    void guarded(Work work) {
        try {
            work();
        } catch (const std::bad_alloc&) {
            fail(BERTH_E_NOMEM);
        }
    }

    // connection.cpp: life
    void run_attended();
    void dispatch();
    void settle();
    bool has_more_to_do() const;
    void watch_fd();
    void attend();
    void fail(berth_status why);
    void finish();
    void shake_hands();
    void handshake_failed(berth_status status);
    bool go_on_in_clear();
    void enter_open();
    void drain_if_late();
    void begin_handshake(std::unique_ptr<Transport> transport, uint32_t handshake_ms);
    void arm();
    void touch();
    void want();
    uint32_t interest() const;
    void count_hit(ConnectionLimit limit);

    // connection_input.cpp
    void read_input();
    bool can_read() const;
    void receive();
    IoResult read_some(std::span<uint8_t> into);
    void show(uint8_t* fresh, size_t n);
    void keep_rest(const uint8_t* rest, size_t n);
    void tell_end();
    void drop_input();

    // file_output.cpp
    berth_status queue_file(const berth_seg& segment);
    bool copy_file(berth_file& file, uint64_t offset, size_t n);
    IoResult send_file();
    IoResult send_file_by_kernel(berth_file& file, uint64_t offset, uint64_t size);
    IoResult send_file_by_transport(berth_file& file, uint64_t offset, uint64_t size);
    IoResult fetch_file(berth_file& file, uint64_t offset, uint64_t size);
    void file_arrived(HeapBlock::Ptr block);
    void fetch_again();

    // connection_queue.cpp
    berth_status gather(std::span<const berth_seg> segments);
    berth_status queue_each(std::span<const berth_seg> segments);
    berth_status queue(const berth_seg& segment);
    berth_status queue_copy(const uint8_t* bytes, size_t n);
    bool can_gather(size_t n);
    // There is a queue, with room for one more piece. False: memory is exhausted.
    bool make_room() { return (output_ && output_->has_room()) || get_room(); }
    bool get_room();
    void mark_unsent();

    // connection_send.cpp
    void tell_writable();
    bool writable_is_due() const;
    void send_waiting();
    bool send_queued();
    bool send_held_back();
    IoResult send_memory();
    bool sends_by_transport() const { return transport_ && !transport_->sends_plain(); }
    IoResult send_some(std::span<const iovec> from, bool more);
    void send_rest_next_turn();
    void block();
    void unblock();
    void watch_progress();
    void check_progress();
    int64_t bytes_in_socket() const;
    SendProgress::Limits send_limits() const;
    void output_is_out();
    void end_output();

    UniqueFd fd_;
    EventLoop& loop_;
    ConnectionObserver* observer_ = nullptr;
    std::unique_ptr<OutputQueue> output_;
    std::unique_ptr<Transport> transport_;
    HeapBlock::Ptr kept_;
    const ConnectionLimits& limits_;
    Deadlines deadlines_;
    uint32_t idle_ms_ = 0;  // of an idle timeout
    State state_ = State::kNew;
    int8_t why_ = BERTH_OK;  // reason of the close
    Flags flags_;
    PeerAddress peer_;
    [[no_unique_address]] Live<LiveKind::kConnection> live_;
};

}  // namespace berth
