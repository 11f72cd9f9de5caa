#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

#include <csignal>
#include <initializer_list>
#include <optional>
#include <utility>

namespace berth {

// Signals as readable data: blocked for the process and read from a descriptor.
class SignalQueue {
public:
    static Result<SignalQueue> make(std::initializer_list<int> signals);

    int fd() const { return fd_.get(); }
    // The next one that arrived.
    std::optional<int> next();
    void close() { fd_ = UniqueFd(); }

private:
    explicit SignalQueue(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

// In a child of the supervisor: nothing is blocked, and what people send to a whole process group
// (Ctrl-C, SIGTERM, SIGHUP) is ignored, because the supervisor decides what happens then.
void leave_signals_to_supervisor();

}  // namespace berth
