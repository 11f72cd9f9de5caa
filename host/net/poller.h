#pragma once

#include "base/result.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace berth {

// Readiness, as bits.
enum Ready : uint32_t { kReadable = 1, kWritable = 2, kHangUp = 4, kFailed = 8 };

// Told when its descriptor is ready. Not owned by the poller.
class Watcher {
public:
    virtual void on_ready(uint32_t ready) = 0;

protected:
    ~Watcher() = default;
};

// Waits for descriptors. Users must behave as if readiness came once (edge-triggered): read until
// EAGAIN or a short read, and remember what they left. want() lets level-triggered pollers stay
// quiet.
class Poller {
public:
    virtual ~Poller() = default;
    // Never throws: it is called where a connection could not be given up.
    virtual Status add(int fd, Watcher& watcher, uint32_t interest) = 0;
    // Changes what is reported; a no-op for edge-triggered pollers, whatever was asked for in
    // add().
    virtual void want(int fd, Watcher& watcher, uint32_t interest) = 0;
    // Nothing is reported for fd any more, not even from the batch being dispatched.
    virtual void remove(int fd, Watcher& watcher) = 0;
    // As remove(), for one that closes fd next and, until this turn ends, bears a last report:
    // saves a call.
    virtual void forget(int fd, Watcher& watcher) = 0;
    // Waits at most timeout_ms (-1: for ever) for something to be ready; a signal ends the wait,
    // too.
    virtual void wait(int timeout_ms) = 0;
    // Calls the watchers that wait() found ready. Apart from it, so that the loop reads its clock
    // in between.
    virtual void dispatch() = 0;
    virtual std::string_view name() const = 0;
};

enum class PollerKind { kAuto, kEpoll, kPoll };
Result<std::unique_ptr<Poller>> make_poller(PollerKind kind);

}  // namespace berth
