#include "process/signals.h"

#include "base/sys.h"

#include <sys/signalfd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace berth {

Result<SignalQueue> SignalQueue::make(std::initializer_list<int> signals) {
    sigset_t set;
    sigemptyset(&set);
    for (int number : signals) {
        sigaddset(&set, number);
    }
    if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) {
        return Error{"sigprocmask: " + std::string(strerror(errno)), errno};
    }
    UniqueFd fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd) {
        return Error{"signalfd: " + std::string(strerror(errno)), errno};
    }
    return SignalQueue(std::move(fd));
}

std::optional<int> SignalQueue::next() {
    signalfd_siginfo info{};
    if (sys().read(fd_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) {
        return std::nullopt;
    }
    return static_cast<int>(info.ssi_signo);
}

void leave_signals_to_supervisor() {
    for (int number : {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE}) {
        signal(number, SIG_IGN);
    }
    signal(SIGCHLD, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace berth
