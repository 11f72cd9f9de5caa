#include "process/wait_set.h"

#include "base/sys.h"

#include <poll.h>

#include <utility>

namespace berth {

void WaitSet::add(int fd, std::function<void()> on_ready, For interest) {
    if (fd >= 0) {
        entries_.push_back({fd, interest, std::move(on_ready)});
    }
}

void WaitSet::wait(int timeout_ms) {
    const std::vector<Entry> entries = std::exchange(entries_, {});
    std::vector<pollfd> ready;
    ready.reserve(entries.size());
    for (const Entry& entry : entries) {
        const auto interest = static_cast<unsigned>(entry.interest);
        const int events = ((interest & 1) != 0 ? POLLIN : 0) | ((interest & 2) != 0 ? POLLOUT : 0);
        ready.push_back({entry.fd, static_cast<short>(events), 0});
    }
    if (sys().poll(ready.data(), ready.size(), timeout_ms) <= 0) {
        return;
    }
    for (size_t i = 0; i < entries.size(); ++i) {
        if (ready[i].revents != 0) {
            entries[i].on_ready();
        }
    }
}

}  // namespace berth
