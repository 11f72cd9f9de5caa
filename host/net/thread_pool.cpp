#include "net/thread_pool.h"

#include "base/live.h"
#include "net/event_loop.h"

#include <pthread.h>
#include <signal.h>

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
    {
        std::lock_guard lock(mutex_);
        if (stopping_ || queue_.size() >= queue_max_) {
            return false;
        }
        queue_.push_back({std::move(work), [waiting = waiting_, done = std::move(done)] {
                              live_remove<LiveKind::kTask>(1);
                              done();
                              tell_one(*waiting);
                          }});
        live_add<LiveKind::kTask>(1);
    }
    if (threads_.empty()) {
        start();
    }
    wake_.notify_one();
    return true;
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

// Signals belong to the loop's thread: threads inherit a mask that blocks them all.
void ThreadPool::start() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (unsigned i = 0; i < thread_count_; ++i) {
        threads_.emplace_back([this] { serve(); });
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void ThreadPool::serve() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) {
            return;
        }
        Job job = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        job.work();
        loop_.post(std::move(job.done));
        lock.lock();
    }
}

}  // namespace berth
