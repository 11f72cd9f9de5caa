#pragma once
// contract for the other folders; helper NET completes it
#include <cstdint>
#include <functional>
#include <memory>

#include "net/poller.h"
#include "net/timer_queue.h"

namespace berth {

class Connection;
struct ConnectionLimits;
class ThreadPool;

// One loop per worker: waits, dispatches, runs timers, sends queued output, frees what was closed.
class EventLoop {
public:
    struct Options {
        PollerKind poller = PollerKind::kAuto;
        int poll_timeout_ms = -1;  // upper bound of one wait; -1: until something happens or a timer is due
        unsigned pool_threads = 2; // started at first use
    };

    static Result<std::unique_ptr<EventLoop>> make(const Options& options);
    ~EventLoop();

    void run();   // until stop()
    void stop();  // ends run() after this turn
    void turn(int timeout_ms);  // one turn, for tests

    // Times of this turn, read once per turn.
    uint64_t now_ms() const;
    uint64_t now_us() const;
    uint64_t wall_us() const;

    Poller& poller();
    TimerQueue& timers();
    ThreadPool& pool();

    // Runs at the end of this turn, before output is sent.
    void defer(std::function<void()> task);
    // Any thread: runs on the loop soon, wakes it.
    void post(std::function<void()> task);

    // A connection lives until its on_close returned.
    Connection& add_connection(UniqueFd fd, const SocketAddress& peer, const ConnectionLimits& limits);
    size_t connections() const;
    void for_each_connection(const std::function<void(Connection&)>& visit);
};

}  // namespace berth
