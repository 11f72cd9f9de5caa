#include "process/zygote_process.h"

#include "base/live.h"
#include "base/log.h"
#include "base/sys.h"
#include "process/descriptors.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

#include <cerrno>
#include <cstring>
#include <utility>

namespace berth {
namespace {

// Zygotes and workers end without exit handlers; that of LeakSanitizer is one.
void look_for_leaks() {
#if defined(__SANITIZE_ADDRESS__)
    __lsan_do_leak_check();
#endif
}

std::vector<int> descriptors_of(const ZygoteSetup& setup) {
    std::vector<int> kept = setup.snapshot->plugins.descriptors();
    const std::vector<int> roots = setup.snapshot->roots.descriptors();
    kept.insert(kept.end(), roots.begin(), roots.end());
    kept.push_back(setup.control.get());
    for (const auto& slot : setup.listeners) {
        for (const auto& socket : slot) {
            kept.push_back(socket.fd);
        }
    }
    return kept;
}

// What the supervisor has open stays with it. Its objects of this process's memory are never
// destroyed.
void begin_process(const ZygoteSetup& setup) {
    const int log = setup.resources->log_fd;
    UniqueFd own_log(log < 0 ? -1 : sys().fcntl(log, F_DUPFD_CLOEXEC, 3));
    std::vector<int> kept = descriptors_of(setup);
    kept.push_back(own_log.get());
    const uint64_t own = own_log ? 2 : 1;  // and control
    // Before the supervisor's is closed: what takes its number next must not get lines of log.
    const std::string& level = setup.snapshot->config.machine.log_level;
    start_log(parse_log_level(level).value_or(LogLevel::kInfo), std::move(own_log));
    close_all_except(std::move(kept));
    live_remove<LiveKind::kFd>(live_count(LiveKind::kFd).objects - own);
}

}  // namespace

Status ZygoteProcess::start(uint64_t generation,
                            const Snapshot& snapshot,
                            ListenerTable::Slots listeners,
                            const Resources& resources,
                            uint64_t now_ms) {
    auto pair = ControlChannel::make_pair();
    if (!pair) {
        return pair.error();
    }
    const pid_t pid = sys().fork();
    if (pid < 0) {
        return Error{"fork: " + std::string(strerror(errno)), errno};
    }
    if (pid == 0) {
        ZygoteSetup setup{generation,
                          &snapshot,
                          &resources,
                          std::move(listeners),
                          std::move(pair.value().second)};
        begin_process(setup);
        // Destructors and exit handlers here belong to the supervisor.
        const int status = run_zygote(std::move(setup));
        look_for_leaks();
        _exit(status);
    }
    pid_ = pid;
    started_ms_ = now_ms;
    step_.clear();
    control_ =
        std::make_unique<ControlChannel>(std::move(pair.value().first), ControlRoute::kFromZygote);
    return Done{};
}

ControlChannel::Received ZygoteProcess::receive() {
    if (control_fd() < 0) {
        return {};
    }
    auto received = control_->receive();
    if (received.outcome == ControlChannel::Outcome::kEnd ||
        received.outcome == ControlChannel::Outcome::kBroken) {
        control_->close();
    } else if (received.message.type == ControlType::kStep) {
        step_ = received.message.text;
    }
    return received;
}

void ZygoteProcess::end() {
    if (control_fd() < 0) {
        return;
    }
    ControlMessage message;
    message.type = ControlType::kEnd;
    if (!control_->send(message)) {
        kill(SIGKILL);
    }
}

void ZygoteProcess::kill(int signal) const {
    if (pid_ > 1) {
        sys().kill(pid_, signal);
    }
}

void ZygoteProcess::gone(uint64_t now_ms) {
    due_ms_ = now_ms + policy_.delay_after_death(started_ms_, now_ms);
    pid_ = 0;
    control_.reset();
}

}  // namespace berth
