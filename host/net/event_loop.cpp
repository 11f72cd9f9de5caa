#include "net/event_loop.h"

#include "base/sys.h"
#include "net/connection.h"
#include "net/connection_table.h"
#include "net/thread_pool.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

namespace berth {

// An eventfd that other threads write to end the loop's wait.
class EventLoop::Wakeup final : public Watcher {
public:
    explicit Wakeup(UniqueFd fd) : fd_(std::move(fd)) {}

    int fd() const { return fd_.get(); }
    void ring() const {
        const uint64_t one = 1;
        while (sys().write(fd_.get(), &one, sizeof(one)) < 0 && errno == EINTR) {
        }
    }
    void on_ready(uint32_t) override {
        uint64_t count = 0;
        while (sys().read(fd_.get(), &count, sizeof(count)) < 0 && errno == EINTR) {
        }
        rung_ = true;
    }
    bool take_ring() { return std::exchange(rung_, false); }

private:
    UniqueFd fd_;
    bool rung_ = false;
};

Result<std::unique_ptr<EventLoop>> EventLoop::make(const Options& options) {
    auto poller = make_poller(options.poller);
    if (!poller) {
        return poller.error();
    }
    UniqueFd fd(sys().eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd) {
        return Error{std::string("cannot make an eventfd: ") + std::strerror(errno), errno};
    }
    auto wakeup = std::make_unique<Wakeup>(std::move(fd));
    if (auto added = poller.value()->add(wakeup->fd(), *wakeup, kReadable); !added) {
        return added.error();
    }
    return std::unique_ptr<EventLoop>(
        new EventLoop(options, std::move(poller).value(), std::move(wakeup)));
}

EventLoop::EventLoop(const Options& options,
                     std::unique_ptr<Poller> poller,
                     std::unique_ptr<Wakeup> wakeup)
    : options_(options),
      poller_(std::move(poller)),
      wakeup_(std::move(wakeup)),
      table_(std::make_unique<ConnectionTable>(*this)) {
    read_clock();
}

EventLoop::~EventLoop() = default;

ThreadPool& EventLoop::pool() {
    if (!pool_) {
        pool_ = std::make_unique<ThreadPool>(*this, options_.pool_threads);
    }
    return *pool_;
}

void EventLoop::run() {
    while (!stopped_.load(std::memory_order_acquire)) {
        turn(-1);
    }
    stopped_.store(false, std::memory_order_release);
}

void EventLoop::stop() {
    stopped_.store(true, std::memory_order_release);
    wakeup_->ring();
}

void EventLoop::turn(int timeout_ms) {
    poller_->wait(wait_ms(timeout_ms));
    read_clock();
    poller_->dispatch();
    timers_.run(now_ms_);
    if (wakeup_->take_ring()) {
        run_posted();
    }
    run_deferred();
    table_->run_attended();
    table_->flush_all();
    table_->reap();
}

int EventLoop::wait_ms(int timeout_ms) const {
    if (table_->has_work() || !deferred_.empty()) {
        return 0;
    }
    uint64_t wait = TimerQueue::kNever;
    if (timers_.next_ms() != TimerQueue::kNever) {
        wait = timers_.next_ms() > now_ms_ ? timers_.next_ms() - now_ms_ : 0;
    }
    for (const int bound : {timeout_ms, options_.poll_timeout_ms}) {
        if (bound >= 0) {
            wait = std::min(wait, static_cast<uint64_t>(bound));
        }
    }
    const auto longest = uint64_t{std::numeric_limits<int>::max()};
    return wait == TimerQueue::kNever ? -1 : static_cast<int>(std::min(wait, longest));
}

void EventLoop::read_clock() {
    timespec monotonic{};
    timespec wall{};
    sys().clock_gettime(CLOCK_MONOTONIC, &monotonic);
    sys().clock_gettime(CLOCK_REALTIME, &wall);
    now_us_ = static_cast<uint64_t>(monotonic.tv_sec) * 1'000'000 +
              static_cast<uint64_t>(monotonic.tv_nsec) / 1000;
    now_ms_ = now_us_ / 1000;
    wall_us_ =
        static_cast<uint64_t>(wall.tv_sec) * 1'000'000 + static_cast<uint64_t>(wall.tv_nsec) / 1000;
}

void EventLoop::post(Task task) {
    Tasks one;
    one.push_back(std::move(task));
    post(std::move(one));
}

void EventLoop::post(Tasks tasks) noexcept {
    bool first = false;
    {
        const std::lock_guard lock(posted_mutex_);
        first = posted_.empty();
        posted_.splice(posted_.end(), tasks);
    }
    if (first) {
        wakeup_->ring();
    }
}

void EventLoop::run_posted() {
    Tasks tasks;
    {
        const std::lock_guard lock(posted_mutex_);
        tasks.swap(posted_);
    }
    for (Task& task : tasks) {
        task();
    }
}

void EventLoop::run_deferred() {
    if (deferred_.empty()) {
        return;
    }
    // What these defer runs in the next turn, which then does not wait.
    const std::vector<Task> tasks = std::exchange(deferred_, {});
    for (const Task& task : tasks) {
        task();
    }
}

Connection& EventLoop::add_connection(UniqueFd fd,
                                      const SocketAddress& peer,
                                      const ConnectionLimits& limits) {
    return table_->add(std::move(fd), peer, limits);
}

size_t EventLoop::connections() const {
    return table_->size();
}

void EventLoop::close_connections(int32_t why) {
    table_->close_all(why);
    table_->reap();
}

void EventLoop::for_each_connection(const std::function<void(Connection&)>& visit) {
    table_->for_each(visit);
}

void EventLoop::drain_connections(uint64_t deadline_ms) {
    drain_deadline_ms_ = deadline_ms;
    table_->for_each([deadline_ms](Connection& connection) { connection.drain(deadline_ms); });
}

}  // namespace berth
