#pragma once

#include "base/unique_fd.h"
#include "net/poller.h"

#include <sys/epoll.h>

#include <array>
#include <cstddef>

namespace berth {

// Edge-triggered epoll: each descriptor is added once, for reading and writing, and never changed.
class EpollPoller final : public Poller {
public:
    explicit EpollPoller(UniqueFd epoll) : epoll_(std::move(epoll)) {}

    Status add(int fd, Watcher& watcher, uint32_t interest) override;
    void want(int, Watcher&, uint32_t) override {}
    void remove(int fd, Watcher& watcher) override;
    void forget(int, Watcher&) override {}
    void wait(int timeout_ms) override;
    void dispatch() override;
    std::string_view name() const override { return "epoll"; }

private:
    static constexpr size_t kBatch = 256;

    UniqueFd epoll_;
    std::array<epoll_event, kBatch> batch_;
    size_t ready_ = 0;  // entries of the batch
    size_t next_ = 0;   // the first that is not dispatched yet
};

}  // namespace berth
