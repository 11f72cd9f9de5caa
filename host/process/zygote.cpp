#include "process/zygote.h"

#include "base/log.h"
#include "base/sys.h"
#include "process/control.h"
#include "process/crash_handler.h"
#include "process/exit_code.h"
#include "process/log_files.h"
#include "process/signals.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <sstream>
#include <utility>

namespace berth {
namespace {

// The zygote's own state; a forked worker takes its slot's part out of it.
class Zygote {
public:
    Zygote(ZygoteSetup setup, SignalQueue signals)
        : setup_(std::move(setup)),
          control_(std::move(setup_.control), ControlRoute::kToZygote),
          signals_(std::move(signals)) {}

    int run();

private:
    bool prepare();
    bool say(ControlType type, uint64_t value, const std::string& text);
    void read_commands();
    void obey(ControlMessage command);
    void keep_logs(std::vector<std::pair<std::string, UniqueFd>> logs);
    void reap();
    void fork_worker(ControlMessage command);
    WorkerSetup worker_setup(ControlMessage command);
    DescriptorBudget descriptors() const;
    void close_listeners();

    ZygoteSetup setup_;
    ControlChannel control_;
    SignalQueue signals_;
    std::vector<std::pair<std::string, UniqueFd>> logs_;  // for workers to come
    size_t children_ = 0;
    bool ending_ = false;
    std::optional<int> worker_status_;  // set in a worker, when its work is done
};

int Zygote::run() {
    if (!prepare()) {
        return 1;
    }
    while (!worker_status_ && !(ending_ && children_ == 0)) {
        pollfd ready[] = {{control_.fd(), POLLIN, 0}, {signals_.fd(), POLLIN, 0}};
        sys().poll(ready, std::size(ready), -1);
        while (signals_.next()) {
        }
        reap();
        read_commands();
    }
    return worker_status_.value_or(0);
}

bool Zygote::prepare() {
    const Resources& resources = *setup_.resources;
    if (Status status = drop_privileges(resources.identity, resources.root_allowed); !status) {
        say(ControlType::kRejected, kExitNoPermission, status.error().message);
        return false;
    }
    auto names = resources.program.prepare(
        *setup_.snapshot, [this](const std::string& what) { say(ControlType::kStep, 0, what); });
    if (!names) {
        say(ControlType::kRejected,
            static_cast<uint64_t>(std::clamp(names.error().code, 1, 255)),
            names.error().message);
        return false;
    }
    return say(ControlType::kPrepared, 0, names.value());
}

bool Zygote::say(ControlType type, uint64_t value, const std::string& text) {
    ControlMessage message;
    message.type = type;
    message.value = value;
    message.text = text;
    Status sent = control_.send(message);
    if (!sent) {
        log_error(text.empty() ? sent.error().message : text);
    }
    return sent.ok();
}

void Zygote::read_commands() {
    while (!worker_status_ && control_.is_open()) {
        auto received = control_.receive();
        switch (received.outcome) {
            case ControlChannel::Outcome::kAgain:
                return;
            case ControlChannel::Outcome::kMessage:
                obey(std::move(received.message));
                break;
            case ControlChannel::Outcome::kBroken:
                log_error("zygote: ", received.why);
                [[fallthrough]];
            case ControlChannel::Outcome::kEnd:
                // Without a supervisor the workers drain, and nobody may start another.
                control_.close();
                ending_ = true;
                close_listeners();
                break;
        }
    }
}

void Zygote::obey(ControlMessage command) {
    if (command.type == ControlType::kFork) {
        fork_worker(std::move(command));
    } else if (command.type == ControlType::kReopenLogs) {
        keep_logs(take_logs(command));
    } else {
        ending_ = true;
        close_listeners();
    }
}

void Zygote::keep_logs(std::vector<std::pair<std::string, UniqueFd>> logs) {
    logs_ = std::move(logs);
    for (const auto& [name, fd] : logs_) {
        if (name == LogFiles::kErrorLog) {
            reopen_log(UniqueFd(sys().fcntl(fd.get(), F_DUPFD_CLOEXEC, 3)));
        }
    }
}

void Zygote::reap() {
    int status = 0;
    for (pid_t pid = sys().waitpid(-1, &status, WNOHANG); pid > 0;
         pid = sys().waitpid(-1, &status, WNOHANG)) {
        children_ -= std::min<size_t>(children_, 1);
        ControlMessage message;
        message.type = ControlType::kExited;
        message.pid = pid;
        message.value = static_cast<uint64_t>(status) & 0xffff;
        if (control_.is_open() && !control_.send(message)) {
            log_warning("zygote: the supervisor does not listen");
        }
    }
}

void Zygote::fork_worker(ControlMessage command) {
    ControlMessage answer;
    answer.slot = command.slot;
    const bool known = command.slot < setup_.listeners.size() &&
                       command.value < setup_.resources->scoreboard.size();
    const pid_t pid = known && !ending_ ? sys().fork() : -1;
    if (pid == 0) {
        worker_status_ = setup_.resources->program.work(worker_setup(std::move(command)));
        return;
    }
    if (pid > 0) {
        ++children_;
        answer.type = ControlType::kForked;
        answer.pid = pid;
    } else {
        answer.type = ControlType::kForkFailed;
        answer.value = static_cast<uint64_t>(known ? errno : EINVAL);
    }
    if (!control_.send(answer)) {
        log_warning("zygote: the supervisor does not listen");
    }
}

// In the new worker: keeps what belongs to its slot, closes the rest.
WorkerSetup Zygote::worker_setup(ControlMessage command) {
    const Resources& resources = *setup_.resources;
    set_log_process("worker " + std::to_string(command.slot));
    leave_signals_to_supervisor();
    ScoreboardRow& row = resources.scoreboard.row(static_cast<size_t>(command.value));
    install_crash_handler(row);

    WorkerSetup worker;
    worker.slot = command.slot;
    worker.row = static_cast<uint32_t>(command.value);
    worker.workers = static_cast<uint32_t>(setup_.listeners.size());
    worker.generation = setup_.generation;
    const DescriptorBudget budget = descriptors();
    worker.connections_max =
        static_cast<uint32_t>(std::min<uint64_t>(budget.connections(), UINT32_MAX));
    worker.files_max = static_cast<uint32_t>(budget.file_cache);
    worker.config = &setup_.snapshot->config;
    worker.scoreboard = &resources.scoreboard;
    worker.counters = &resources.counters;
    worker.tickets = resources.tickets;
    worker.tls = &setup_.snapshot->tls;
    worker.control = std::move(command.fds.front());
    worker.logs = std::move(logs_);
    for (const auto& [listener, fd] : std::exchange(setup_.listeners[command.slot], {})) {
        worker.listeners.emplace_back(listener, fd);
    }
    std::istringstream lines(command.text);
    for (std::string plugin; std::getline(lines, plugin);) {
        worker.quarantined.push_back(plugin);
    }
    close_listeners();
    control_.close();
    signals_.close();
    return worker;
}

DescriptorBudget Zygote::descriptors() const {
    const uint64_t listeners = setup_.snapshot->config.listeners.size();
    return descriptor_budget(setup_.resources->descriptors, listeners);
}

void Zygote::close_listeners() {
    for (auto& slot : setup_.listeners) {
        for (const auto& socket : std::exchange(slot, {})) {
            sys().close(socket.fd);
        }
    }
}

}  // namespace

int run_zygote(ZygoteSetup setup) {
    set_log_process("zygote " + std::to_string(setup.generation));
    leave_signals_to_supervisor();
    auto signals = SignalQueue::make({SIGCHLD});
    if (!signals) {
        log_error("zygote: ", signals.error().message);
        return 1;
    }
    return Zygote(std::move(setup), std::move(signals).value()).run();
}

}  // namespace berth
