#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace berth {

class EventLoop;

// A few threads for work that blocks (files, password hashes). They start with the first work, so a
// worker that needs none has none.
class ThreadPool {
public:
    ThreadPool(EventLoop& loop, unsigned threads, size_t queue_max = 1024);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    // Loop: runs work() on a thread, then done() on the loop. Where memory is exhausted, work()
    // ends early, and what done() finds has to say so. false: the queue is full or the pool
    // stopped, neither will run. Throws when memory is exhausted, as if it were false.
    bool run(std::function<void()> work, std::function<void()> done);
    // Loop: once a job is done, calls retry() of those who wait until one of them returns true: it
    // took its turn, and may call this again.
    void when_room(std::function<bool()> retry);
    // Loop: finishes what was accepted and joins the threads; done() is still posted for each.
    void stop();

private:
    struct Job {
        std::function<void()> work;
        std::list<std::function<void()>> done;  // one
    };
    using Waiting = std::deque<std::function<bool()>>;

    bool has_room();
    void start();
    void serve();

    EventLoop& loop_;
    const unsigned thread_count_;
    const size_t queue_max_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::list<Job> queue_;  // guarded by mutex_, as is stopping_
    bool stopping_ = false;
    std::vector<std::thread> threads_;
    // The loop's; what was accepted holds it, because done() may come when the pool has gone.
    std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
};

}  // namespace berth
