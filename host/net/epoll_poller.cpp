#include "net/epoll_poller.h"

#include "base/sys.h"

#include <cerrno>
#include <cstring>
#include <new>
#include <string>

namespace berth {

namespace {

uint32_t ready_bits(uint32_t events) {
    uint32_t ready = 0;
    ready |= (events & EPOLLIN) != 0 ? kReadable : 0u;
    ready |= (events & EPOLLOUT) != 0 ? kWritable : 0u;
    ready |= (events & (EPOLLRDHUP | EPOLLHUP)) != 0 ? kHangUp : 0u;
    ready |= (events & EPOLLERR) != 0 ? kFailed : 0u;
    return ready;
}

Error failed(int error) {
    try {
        return Error{std::string("cannot watch a descriptor: ") + std::strerror(error), error};
    } catch (const std::bad_alloc&) {
        return Error{"out of memory", error};  // short, so that it needs none
    }
}

}  // namespace

Status EpollPoller::add(int fd, Watcher& watcher, uint32_t) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &watcher;
    if (sys().epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
        return failed(errno);
    }
    return Done{};
}

void EpollPoller::remove(int fd, Watcher& watcher) {
    epoll_event unused{};
    sys().epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, &unused);
    for (size_t i = next_; i < ready_; ++i) {
        if (batch_[i].data.ptr == &watcher) {
            batch_[i].data.ptr = nullptr;
        }
    }
}

void EpollPoller::wait(int timeout_ms) {
    next_ = 0;
    const int n =
        sys().epoll_wait(epoll_.get(), batch_.data(), static_cast<int>(batch_.size()), timeout_ms);
    ready_ = n > 0 ? static_cast<size_t>(n) : 0;
}

void EpollPoller::dispatch() {
    while (next_ < ready_) {
        const epoll_event event = batch_[next_++];
        if (next_ < ready_) {
            // With many connections the next one is rarely in the cache.
            __builtin_prefetch(batch_[next_].data.ptr);
        }
        if (auto* watcher = static_cast<Watcher*>(event.data.ptr)) {
            watcher->on_ready(ready_bits(event.events));
        }
    }
    ready_ = 0;
}

}  // namespace berth
