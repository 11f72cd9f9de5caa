#include "net/thread_pool.h"

#include "base/live.h"
#include "net/event_loop.h"

#include <pthread.h>
#include <signal.h>

#include <exception>
#include <new>
#include <utility>

namespace berth {
namespace {

// Until one of those who wait takes its turn; the others have gone.
void tell_one(std::deque<std::function<bool()>>& waiting) {
    for (size_t left = waiting.size(); left > 0; --left) {
        const auto retry = std::move(waiting.front());
        waiting.pop_front();
        if (retry()) {
            return;
        }
    }
}

}  // namespace

ThreadPool::ThreadPool(EventLoop& loop, unsigned threads, size_t queue_max)
    : loop_(loop), thread_count_(threads), queue_max_(queue_max) {}

ThreadPool::~ThreadPool() {
    stop();
}

bool ThreadPool::run(std::function<void()> work, std::function<void()> done) {
    if (!has_room()) {
        return false;
    }
    std::list<Job> one(1);
    one.front().work = std::move(work);
    one.front().done.push_back([waiting = waiting_, done = std::move(done)] {
        live_remove<LiveKind::kTask>(1);
        done();
        tell_one(*waiting);
    });
    if (threads_.empty()) {
        start();
    }
    live_add<LiveKind::kTask>(1);
    {
        const std::lock_guard lock(mutex_);
        queue_.splice(queue_.end(), one);
    }
    wake_.notify_one();
    return true;
}

bool ThreadPool::has_room() {
    const std::lock_guard lock(mutex_);
    return !stopping_ && queue_.size() < queue_max_;
}

void ThreadPool::when_room(std::function<bool()> retry) {
    waiting_->push_back(std::move(retry));
}

void ThreadPool::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
    threads_.clear();
}

// Signals belong to the loop's thread: threads inherit a mask that blocks them all. One thread does
// where there cannot be more.
void ThreadPool::start() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        for (unsigned i = 0; i < thread_count_; ++i) {
            threads_.emplace_back([this] { serve(); });
        }
    } catch (const std::exception&) {
        // of the system, or of memory
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (threads_.empty()) {
        throw std::bad_alloc();
    }
}

void ThreadPool::serve() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) {
            return;
        }
        std::list<Job> one;
        one.splice(one.begin(), queue_, queue_.begin());
        lock.unlock();
        try {
            one.front().work();
        } catch (const std::bad_alloc&) {
            // done() finds what it had before
        }
        loop_.post(std::move(one.front().done));
        one.clear();
        lock.lock();
    }
}

}  // namespace berth
