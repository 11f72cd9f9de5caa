#pragma once

#include <cstdint>
#include <functional>

#include "base/unique_fd.h"
#include "net/acl.h"
#include "net/admission.h"
#include "net/event_loop.h"
#include "net/poller.h"
#include "net/timer_queue.h"

namespace berth {

// Cells of the owner's counters; a null one is not counted.
struct ListenerCounters {
    uint64_t* accepted = nullptr;
    uint64_t* denied = nullptr;             // by the ACL
    uint64_t* per_address_hits = nullptr;   // closed at once
    uint64_t* connections_hits = nullptr;   // times that accepting stopped ...
    uint64_t* handshakes_hits = nullptr;
    uint64_t* descriptors_hits = nullptr;   // connections shed because no descriptor was left
    uint64_t* errors = nullptr;             // accept() failed in another way
};

// Accepts on one inherited listening socket of a worker: checks the ACL and the limits, and hands over what
// passes. Takes at most a batch per turn, so that a flood of new connections cannot starve the others.
class Listener final : private Watcher, private TimerEntry, private Admission::Waiter {
public:
    using OnAccept = std::function<void(UniqueFd, const SocketAddress& peer, ConnectionSlot)>;
    struct Options {
        uint32_t per_address_max = 1024;
        uint32_t batch_max = 64;
        ListenerCounters counters;
    };

    // fd: listening and non-blocking.
    Listener(EventLoop& loop, Admission& admission, UniqueFd fd, Acl acl, const Options& options);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // Begins to accept; on_accept may close() the listener.
    Status start(OnAccept on_accept);
    // The owner's own wish, independent of limits.
    void pause();
    void resume();
    // Stops for ever; connections that the kernel queued stay with the socket of the supervisor.
    void close();

    int fd() const { return fd_.get(); }
    bool is_open() const { return static_cast<bool>(fd_); }

private:
    enum class Step : uint8_t { kNext, kDrained, kStop };
    enum class Hold : uint8_t { kNone, kGate, kDescriptors };

    void on_ready(uint32_t ready) override;
    void on_timer() override;
    void on_gate_open() override;

    void accept_batch();
    bool gate_is_open();
    Step accept_one();
    Step accept_failed(int error);
    void shed();
    void hold_for_descriptors();
    void continue_later();

    EventLoop& loop_;
    Admission& admission_;
    UniqueFd fd_, reserve_;
    Acl acl_;
    Options options_;
    OnAccept on_accept_;
    Hold hold_ = Hold::kNone;
    bool paused_ = false;
};

}  // namespace berth
