#pragma once

#include "base/unique_fd.h"

#include <sys/types.h>

#include <optional>
#include <string_view>

namespace berth {

// A process whose number came from somebody who is not trusted. A signal reaches that process or
// nobody: a privileged supervisor must not end whoever has the number by now, or was named instead.
class ProcessHandle {
public:
    ProcessHandle() = default;  // nobody
    // pid is a child of parent or has ended already; otherwise there is no handle.
    static std::optional<ProcessHandle> of_child(pid_t pid, pid_t parent);

    pid_t pid() const { return pid_; }
    void kill(int signal) const;
    // It has ended, and its parent knows.
    bool is_gone() const;

private:
    ProcessHandle(pid_t pid, UniqueFd fd) : pid_(pid), fd_(std::move(fd)) {}

    pid_t pid_ = 0;
    UniqueFd fd_;  // of pidfd_open(); invalid: gone
};

// The parent in the text of a /proc/PID/stat; 0 when there is none in it.
pid_t parent_in_stat(std::string_view text);

}  // namespace berth
