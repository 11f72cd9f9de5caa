#include "net/poll_poller.h"

#include "base/room.h"
#include "base/sys.h"

#include <cerrno>
#include <new>
#include <string>

namespace berth {

namespace {

uint32_t ready_bits(int events) {
    uint32_t ready = 0;
    ready |= (events & POLLIN) != 0 ? kReadable : 0u;
    ready |= (events & POLLOUT) != 0 ? kWritable : 0u;
    ready |= (events & (POLLRDHUP | POLLHUP)) != 0 ? kHangUp : 0u;
    ready |= (events & (POLLERR | POLLNVAL)) != 0 ? kFailed : 0u;
    return ready;
}

}  // namespace

Status PollPoller::add(int fd, Watcher& watcher, uint32_t interest) {
    if (fd < 0 || place_of(fd) != kNone) {
        return Error{"descriptor " + std::to_string(fd) + " cannot be watched"};
    }
    const auto index = static_cast<size_t>(fd);
    try {
        make_room(index);
    } catch (const std::bad_alloc&) {
        return Error{"out of memory", ENOMEM};  // short, so that it needs none
    }
    places_[index] = fds_.size();
    fds_.push_back({});
    watchers_.push_back(&watcher);
    set_interest(places_[index], fd, interest);
    return Done{};
}

// For one more entry, whose descriptor is index.
void PollPoller::make_room(size_t index) {
    if (index >= places_.size()) {
        places_.resize(index + 1, kNone);
    }
    reserve_room(fds_, fds_.size() + 1);
    reserve_room(watchers_, watchers_.size() + 1);
}

void PollPoller::want(int fd, Watcher&, uint32_t interest) {
    if (const size_t place = place_of(fd); place != kNone) {
        set_interest(place, fd, interest);
    }
}

void PollPoller::remove(int fd, Watcher&) {
    const size_t place = place_of(fd);
    if (place == kNone) {
        return;
    }
    places_[static_cast<size_t>(fd)] = kNone;
    watchers_[place] = nullptr;
    fds_[place] = {-1, 0, 0};
    removed_ = true;
}

size_t PollPoller::place_of(int fd) const {
    const auto index = static_cast<size_t>(fd);
    return fd >= 0 && index < places_.size() ? places_[index] : kNone;
}

void PollPoller::set_interest(size_t place, int fd, uint32_t interest) {
    int events = 0;
    events |= (interest & kReadable) != 0 ? POLLIN | POLLRDHUP : 0;
    events |= (interest & kWritable) != 0 ? POLLOUT : 0;
    // A hang-up is reported even to those who want nothing, for ever: they are left out.
    fds_[place].fd = events == 0 ? ~fd : fd;
    fds_[place].events = static_cast<short>(events);
}

void PollPoller::compact() {
    size_t kept = 0;
    for (size_t i = 0; i < fds_.size(); ++i) {
        if (watchers_[i] == nullptr) {
            continue;
        }
        const int fd = fds_[i].fd < 0 ? ~fds_[i].fd : fds_[i].fd;
        places_[static_cast<size_t>(fd)] = kept;
        fds_[kept] = fds_[i];
        watchers_[kept] = watchers_[i];
        ++kept;
    }
    fds_.resize(kept);
    watchers_.resize(kept);
    removed_ = false;
}

void PollPoller::wait(int timeout_ms) {
    if (removed_) {
        compact();
    }
    const int n = sys().poll(fds_.data(), fds_.size(), timeout_ms);
    ready_ = n > 0 ? static_cast<size_t>(n) : 0;
}

void PollPoller::dispatch() {
    // Entries that watchers add meanwhile have no events yet.
    for (size_t i = 0; i < fds_.size() && ready_ > 0; ++i) {
        if (fds_[i].revents == 0) {
            continue;
        }
        --ready_;
        const uint32_t ready = ready_bits(fds_[i].revents);
        fds_[i].revents = 0;
        if (watchers_[i] != nullptr) {
            watchers_[i]->on_ready(ready);
        }
    }
    ready_ = 0;
}

}  // namespace berth
