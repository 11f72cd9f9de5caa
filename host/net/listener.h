#pragma once

#include "base/live.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "net/acl.h"
#include "net/admission.h"
#include "net/poller.h"
#include "net/socket_address.h"
#include "net/timer_queue.h"

#include <cstdint>
#include <functional>

namespace berth {

class EventLoop;

// Cells of the owner's counters; a null one is not counted.
struct ListenerCounters {
    uint64_t* accepted = nullptr;
    uint64_t* denied = nullptr;            // by the ACL
    uint64_t* per_address_hits = nullptr;  // closed at once
    uint64_t* connections_hits = nullptr;  // times that accepting stopped
    uint64_t* handshakes_hits = nullptr;   // the same
    uint64_t* descriptors_hits = nullptr;  // the same, because no descriptor was left
    uint64_t* errors = nullptr;            // accept() failed in another way
};

// Accepts on one inherited listening socket of a worker: checks the ACL and the limits, and hands
// over what passes. Takes at most a batch per turn, so that a flood of new connections cannot
// starve the old ones.
class Listener final : private Watcher, private TimerEntry, private Admission::Waiter {
public:
    using OnAccept = std::function<void(UniqueFd, const SocketAddress& peer, ConnectionSlot)>;
    struct Options {
        Admission::PerAddress per_address;
        uint32_t batch_max = 64;
        ListenerCounters counters;
    };
    // How long accepting rests when descriptors or memory ran out.
    static constexpr uint64_t kRestMs = 100;

    // fd: listening and non-blocking.
    Listener(EventLoop& loop, Admission& admission, UniqueFd fd, Acl acl, const Options& options);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // Begins to accept; on_accept may pause() or close() the listener, not destroy it.
    Status start(OnAccept on_accept);
    // The owner's own wish, beside the limits.
    void pause();
    void resume();
    // Stops for ever; connections that the kernel has queued stay with other holders of the socket.
    void close();

    int fd() const { return fd_.get(); }
    bool is_accepting() const { return watching_; }

private:
    enum class Step : uint8_t { kNext, kDrained, kRest };

    void on_ready(uint32_t ready) override;
    void on_timer() override;
    void on_gate_open() override;

    Step accept_one();
    Step accept_failed(int error);
    void hand_over(UniqueFd connection, const SocketAddress& peer);
    bool gate_is_open();
    void shed_one();
    void rest();
    Status watch();
    void watch_again();
    void unwatch();

    EventLoop& loop_;
    Admission& admission_;
    UniqueFd fd_;
    UniqueFd reserve_;  // given up for a moment to shed a connection when no descriptor is left
    const Acl acl_;
    const Options options_;
    OnAccept on_accept_;
    bool paused_ = false;
    bool watching_ = false;
    bool exhausted_ = false;  // no descriptor was left at the last accept(); said once
    [[no_unique_address]] Live<LiveKind::kListener> live_;
};

}  // namespace berth
