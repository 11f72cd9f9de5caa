#include "process/run_apart.h"

#include "base/sys.h"
#include "base/unique_fd.h"
#include "process/exit_code.h"
#include "process/monotonic_clock.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>

namespace berth {
namespace {

struct Pipe {
    UniqueFd read, write;
};

Result<Pipe> make_pipe() {
    int ends[2];
    if (sys().pipe2(ends, O_CLOEXEC) != 0) {
        return Error{std::string("pipe: ") + std::strerror(errno), errno};
    }
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

int work_as(const Identity& identity,
            bool root_allowed,
            int steps,
            const std::function<int(const ApartStep&)>& work) {
    if (Status dropped = drop_privileges(identity, root_allowed); !dropped) {
        std::cerr << "error: " << dropped.error().message << '\n';
        return kExitNoPermission;
    }
    return work([steps](const std::string& what) {
        const std::string line = what + "\n";
        (void)sys().write(steps, line.data(), line.size());
    });
}

// The last whole line that the child wrote before it ended; nothing when the time is over first.
bool follow_steps(int fd, uint32_t timeout_ms, std::string& last) {
    const uint64_t deadline_ms = monotonic_ms() + timeout_ms;
    std::string text;
    std::array<char, 512> bytes;
    for (uint64_t now = monotonic_ms(); now < deadline_ms; now = monotonic_ms()) {
        pollfd ready{fd, POLLIN, 0};
        if (sys().poll(&ready, 1, static_cast<int>(deadline_ms - now)) <= 0) {
            continue;
        }
        const ssize_t n = sys().read(fd, bytes.data(), bytes.size());
        if (n == 0) {
            return true;
        }
        text.append(bytes.data(), n > 0 ? static_cast<size_t>(n) : 0);
        const size_t end = text.rfind('\n');
        if (end != std::string::npos) {
            const size_t begin = end == 0 ? std::string::npos : text.rfind('\n', end - 1);
            last = text.substr(begin + 1, end - begin - 1);
            text.erase(0, end);
        }
    }
    return false;
}

}  // namespace

Result<int> run_apart(const Identity& identity,
                      bool root_allowed,
                      uint32_t timeout_ms,
                      const std::function<int(const ApartStep&)>& work) {
    auto steps = make_pipe();
    if (!steps) {
        return steps.error();
    }
    std::cout.flush();
    const pid_t pid = sys().fork();
    if (pid < 0) {
        return Error{std::string("fork: ") + std::strerror(errno), errno};
    }
    if (pid == 0) {
        steps.value().read.reset();
        const int code = work_as(identity, root_allowed, steps.value().write.get(), work);
        std::cout.flush();
        _exit(code);
    }
    steps.value().write.reset();
    std::string last = "starting";
    const bool in_time = follow_steps(steps.value().read.get(), timeout_ms, last);
    if (!in_time) {
        sys().kill(pid, SIGKILL);
    }
    int status = 0;
    while (sys().waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!in_time) {
        return Error{"no end after " + std::to_string(timeout_ms / 1000) + " s of " + last,
                     kExitPluginRejected};
    }
    if (WIFSIGNALED(status)) {
        return Error{"crashed with signal " + std::to_string(WTERMSIG(status)) + " while " + last,
                     kExitPluginRejected};
    }
    return WEXITSTATUS(status);
}

}  // namespace berth
