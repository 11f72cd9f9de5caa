#include "process/worker_slot.h"

#include "base/log.h"

#include <signal.h>
#include <sys/wait.h>

#include <cstring>
#include <utility>

namespace berth {
namespace {

// The watchdog's patience is cut into this many questions.
constexpr unsigned kQuestions = 5;
constexpr uint64_t kRetryForkMs = 100;

}  // namespace

WorkerSlot::~WorkerSlot() {
    vacate();
}

Status WorkerSlot::ask(ControlChannel& zygote,
                       const std::vector<std::string>& quarantined,
                       uint64_t now_ms) {
    auto pair = ControlChannel::make_pair();
    if (!pair) {
        return pair.error();
    }
    row_ = resources_.rows.take();
    if (row_ == UINT32_MAX) {
        return Error{"the scoreboard has room for " + std::to_string(resources_.scoreboard.size()) +
                     " workers of all generations; restart berth for more"};
    }
    resources_.scoreboard.clear(row_);
    ControlMessage command;
    command.type = ControlType::kFork;
    command.slot = index_;
    command.value = row_;
    for (const std::string& plugin : quarantined) {
        command.text += plugin + '\n';
    }
    command.fds.push_back(std::move(pair.value().second));
    if (Status sent = zygote.send(command); !sent) {
        vacate();
        return sent;
    }
    control_ =
        std::make_unique<ControlChannel>(std::move(pair.value().first), ControlRoute::kFromWorker);
    state_ = State::kForking;
    started_ms_ = now_ms;
    watched_.heartbeat_ms = 0;
    watched_.unanswered = 0;
    return Done{};
}

bool WorkerSlot::forked(pid_t pid, pid_t zygote) {
    auto process = ProcessHandle::of_child(pid, zygote);
    if (!process) {
        return false;
    }
    process_ = std::move(*process);
    // READY may have overtaken the zygote's FORKED.
    state_ = control_ && control_->state() == PeerState::kReady ? State::kReady : State::kStarting;
    return true;
}

void WorkerSlot::not_forked(uint64_t now_ms) {
    vacate();
    due_ms_ = now_ms + kRetryForkMs;
}

ControlChannel::Received WorkerSlot::receive() {
    if (control_fd() < 0) {
        return {};
    }
    auto received = control_->receive();
    switch (received.outcome) {
        case ControlChannel::Outcome::kMessage:
            if (received.message.type == ControlType::kReady && state_ == State::kStarting) {
                state_ = State::kReady;
            }
            break;
        case ControlChannel::Outcome::kAgain:
            break;
        case ControlChannel::Outcome::kEnd:
        case ControlChannel::Outcome::kBroken:
            control_->close();
            break;
    }
    return received;
}

void WorkerSlot::tell(ControlType type, uint64_t value) {
    ControlMessage message;
    message.type = type;
    message.value = value;
    tell(message);
}

void WorkerSlot::tell(const ControlMessage& message) {
    if (control_fd() < 0) {
        return;
    }
    if (Status sent = control_->send(message); !sent) {
        log_debug("worker ", index_, " (pid ", pid(), "): ", sent.error().message);
    }
}

WorkerSlot::Death WorkerSlot::gone(int wait_status, uint64_t now_ms) {
    Death death;
    death.signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
    death.status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0;
    const CrashRecord& crash = resources_.scoreboard.row(row_).crash;
    death.crashed = crash.signal.load(std::memory_order_acquire) != 0;
    if (death.crashed) {
        death.stamp = crash.stamp;
        death.trace.assign(crash.trace.data(), strnlen(crash.trace.data(), crash.trace.size()));
    }
    due_ms_ = now_ms + policy_.delay_after_death(started_ms_, now_ms);
    vacate();
    return death;
}

uint64_t WorkerSlot::watch_due_ms() const {
    return state_ == State::kReady ? watched_.asked_ms + resources_.watchdog_ms / kQuestions
                                   : UINT64_MAX;
}

uint64_t WorkerSlot::start_due_ms() const {
    const bool starts = state_ == State::kForking || state_ == State::kStarting;
    return starts ? started_ms_ + resources_.start_timeout_ms : UINT64_MAX;
}

uint32_t WorkerSlot::stamp() const {
    return row_ == UINT32_MAX ? 0 : resources_.scoreboard.row(row_).stamp;
}

WorkerSlot::Watched WorkerSlot::watch(uint64_t now_ms) {
    if (state_ != State::kReady || now_ms < watch_due_ms()) {
        return Watched::kFine;
    }
    watched_.asked_ms = now_ms;
    const uint64_t heartbeat =
        resources_.scoreboard.row(row_).heartbeat_ms.load(std::memory_order_relaxed);
    watched_.unanswered = heartbeat == watched_.heartbeat_ms ? watched_.unanswered + 1 : 0;
    watched_.heartbeat_ms = heartbeat;
    // Questions are counted, not time, because supervisor and machine may have been asleep, too.
    if (watched_.unanswered <= kQuestions) {
        tell(ControlType::kPing, 0);
        return Watched::kFine;
    }
    if (is_lost()) {
        return Watched::kLost;
    }
    if (watched_.unanswered > kQuestions + 2) {
        return Watched::kUnreaped;
    }
    // A stopped process does not see SIGABRT.
    const bool aborted_before = watched_.unanswered > kQuestions + 1;
    kill(aborted_before ? SIGKILL : SIGABRT);
    return aborted_before ? Watched::kKilled : Watched::kAborted;
}

void WorkerSlot::vacate() {
    if (row_ != UINT32_MAX) {
        resources_.rows.give_back(std::exchange(row_, UINT32_MAX));
    }
    control_.reset();
    process_ = ProcessHandle();
    state_ = State::kVacant;
}

}  // namespace berth
