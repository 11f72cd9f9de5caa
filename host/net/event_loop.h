#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "net/poller.h"
#include "net/timer_queue.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

namespace berth {

class Connection;
class ConnectionTable;
class SocketAddress;
class ThreadPool;
struct ConnectionLimits;

// One loop per worker: waits, dispatches, runs timers and deferred tasks, lets its connections send
// what they queued, frees what was closed. Everything belongs to the thread that runs it, except
// post() and stop().
class EventLoop {
public:
    struct Options {
        PollerKind poller = PollerKind::kAuto;
        int poll_timeout_ms =
            -1;  // upper bound of one wait; -1: until something happens or a timer is due
        unsigned pool_threads = 2;  // started at first use
    };
    using Task = std::function<void()>;
    using Tasks = std::list<Task>;

    static Result<std::unique_ptr<EventLoop>> make(const Options& options);
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    // Turns until stop().
    void run();
    // Ends run() after this turn; from any thread.
    void stop();
    // One turn that waits at most timeout_ms (-1: as run() does).
    void turn(int timeout_ms);

    // Times of this turn, read once per turn.
    uint64_t now_ms() const { return now_ms_; }
    uint64_t now_us() const { return now_us_; }
    uint64_t wall_us() const { return wall_us_; }

    Poller& poller() { return *poller_; }
    TimerQueue& timers() { return timers_; }
    ThreadPool& pool();
    // For connections.
    ConnectionTable& table() { return *table_; }

    // Runs at the end of this turn, before output is sent.
    void defer(Task task) { deferred_.push_back(std::move(task)); }
    // Any thread: runs on the loop soon, wakes it.
    void post(Task task);
    // The same for those that were made before, which cannot fail.
    void post(Tasks tasks) noexcept;

    // A connection lives until its on_close returned.
    Connection& add_connection(UniqueFd fd,
                               const SocketAddress& peer,
                               const ConnectionLimits& limits);
    size_t connections() const;
    // From the top of the loop, before the loop is destroyed: each connection ends with its
    // on_close.
    void close_connections(int32_t why);
    void for_each_connection(const std::function<void(Connection&)>& visit);
    // Tells every connection that it is to end by then; those whose handshake is under way when it
    // has ended. May come again with another deadline.
    void drain_connections(uint64_t deadline_ms);
    // TimerQueue::kNever: not draining.
    uint64_t drain_deadline_ms() const { return drain_deadline_ms_; }

private:
    class Wakeup;

    EventLoop(const Options& options,
              std::unique_ptr<Poller> poller,
              std::unique_ptr<Wakeup> wakeup);
    void read_clock();
    int wait_ms(int timeout_ms) const;
    void run_deferred();
    void run_posted();

    const Options options_;
    std::unique_ptr<Poller> poller_;
    TimerQueue timers_;
    std::unique_ptr<Wakeup> wakeup_;
    std::unique_ptr<ConnectionTable> table_;
    std::vector<Task> deferred_;
    uint64_t now_ms_ = 0;
    uint64_t now_us_ = 0;
    uint64_t wall_us_ = 0;
    uint64_t drain_deadline_ms_ = TimerQueue::kNever;
    std::atomic<bool> stopped_{false};
    std::mutex posted_mutex_;
    Tasks posted_;
    std::unique_ptr<ThreadPool> pool_;  // its threads post: the first to go
};

}  // namespace berth
