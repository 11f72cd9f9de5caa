#pragma once

#include "net/poller.h"

#include <poll.h>

#include <cstddef>
#include <vector>

namespace berth {

// poll(): portable, level-triggered, and a check on the others. One watcher per descriptor.
class PollPoller final : public Poller {
public:
    Status add(int fd, Watcher& watcher, uint32_t interest) override;
    void want(int fd, Watcher& watcher, uint32_t interest) override;
    void remove(int fd, Watcher& watcher) override;
    void forget(int fd, Watcher& watcher) override { remove(fd, watcher); }
    void wait(int timeout_ms) override;
    void dispatch() override;
    std::string_view name() const override { return "poll"; }

private:
    static constexpr size_t kNone = SIZE_MAX;

    void make_room(size_t index);
    size_t place_of(int fd) const;
    void set_interest(size_t place, int fd, uint32_t interest);
    void compact();

    // fds_ and watchers_ go together; a removed entry stays, without a watcher, until the next
    // wait().
    std::vector<pollfd> fds_;
    std::vector<Watcher*> watchers_;
    std::vector<size_t> places_;  // by descriptor
    size_t ready_ = 0;
    bool removed_ = false;
};

}  // namespace berth
