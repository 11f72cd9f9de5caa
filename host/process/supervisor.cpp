#include "base/log.h"
#include "base/sys.h"
#include "process/certificate_feed.h"
#include "process/exit_code.h"
#include "process/log_files.h"
#include "process/metrics_report.h"
#include "process/monotonic_clock.h"
#include "process/service_notice.h"
#include "process/signals.h"
#include "process/supervisor_shared.h"
#include "tls/ticket_keys.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

namespace berth {
namespace {

constexpr uint32_t kRowsMin = 64;
constexpr uint32_t kCounterNames = 2048;
// Workers close their listening sockets when they are told to stop; one that is busy does not hold
// them open.
constexpr uint64_t kListenerGraceMs = 80;
constexpr uint64_t kHousekeepingMs = 10'000;
constexpr uint64_t kAliveEveryMs = 5'000;  // WatchdogSec of the unit is 30 s

UniqueFd duplicate(const UniqueFd& fd) {
    return fd ? UniqueFd(sys().fcntl(fd.get(), F_DUPFD_CLOEXEC, 3)) : UniqueFd();
}

uint64_t wall_seconds() {
    timespec now{};
    sys().clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<uint64_t>(now.tv_sec);
}

}  // namespace

Supervisor::Supervisor(SupervisorOptions options) : options_(std::move(options)) {}

Supervisor::~Supervisor() = default;

int Supervisor::run() {
    // A log that goes to a pipe whose reader has gone must not end the service. Children have their
    // own rules.
    signal(SIGPIPE, SIG_IGN);
    auto first = options_.source();
    if (!first) {
        options_.print(first.error().message);
        return first.error().code;
    }
    const uint64_t now = monotonic_ms();
    Status begun = make_shared(first.value()->config.machine);
    if (begun) {
        reload_.begin(now);
        begun = start_generation(std::move(first).value(), now);
    }
    if (!begun) {
        options_.print("error: " + begun.error().message + "\n");
        return kExitNoPermission;
    }
    while (phase_ != Phase::kDone) {
        turn();
    }
    for (uint64_t caller : stop_callers_) {
        shared_->admin->answer(caller, {kExitDone, "stopped\n", "", ""});
    }
    return exit_code_;
}

Status Supervisor::make_shared(const MachineConfig& machine) {
    auto signals = SignalQueue::make({SIGCHLD, SIGTERM, SIGQUIT, SIGINT, SIGHUP, SIGUSR1});
    auto identity = resolve_service_user(machine.user, options_.setuid);
    auto tickets = TicketKeys::make(wall_seconds());
    // A reload may need four times as many rows, while old generations drain.
    const uint32_t rows = std::max(kRowsMin, 4 * machine.worker_count);
    auto scoreboard = Scoreboard::make(rows);
    auto counters = CounterPage::make(rows + 1, kCounterNames);
    auto log = LogFiles::open(machine.log_to);
    for (const Error* error : {signals ? nullptr : &signals.error(),
                               identity ? nullptr : &identity.error(),
                               tickets ? nullptr : &tickets.error(),
                               scoreboard ? nullptr : &scoreboard.error(),
                               counters ? nullptr : &counters.error(),
                               log ? nullptr : &log.error()}) {
        if (error != nullptr) {
            return *error;
        }
    }
    shared_ = std::make_unique<Shared>(std::move(scoreboard).value(),
                                       std::move(counters).value(),
                                       std::move(tickets).value(),
                                       std::move(signals).value(),
                                       *options_.program);
    Resources& resources = shared_->resources;
    resources.identity = identity.value();
    resources.root_allowed = machine.user == "root";
    resources.watchdog_ms = options_.watchdog_ms;
    resources.start_timeout_ms = options_.start_timeout_ms;
    resources.descriptors = raise_descriptor_limit();
    shared_->log = std::move(log).value();
    shared_->log_target = machine.log_to;
    shared_->started_ms = monotonic_ms();
    resources.log_fd = shared_->log.get();
    start_log(parse_log_level(machine.log_level).value_or(LogLevel::kInfo),
              duplicate(shared_->log));
    set_log_process("supervisor");
    if (resources.identity.uid == 0 && resources.root_allowed) {
        log_warning("plugins run as root because of `user: root`");
    }
    const KeyFileRules rules{geteuid(), resources.identity.gid};
    shared_->certificates.start(rules, [this](uint32_t index, std::string key_pairs) {
        if (Generation* generation = serving()) {
            generation->replace_certificate(index, std::move(key_pairs));
        }
    });
    // Workers outlive a zygote that dies.
    sys().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    return options_.has_admin ? open_admin(machine) : Status(Done{});
}

Status Supervisor::open_admin(const MachineConfig& machine) {
    const std::string path =
        machine.admin_socket.empty() ? default_admin_socket() : machine.admin_socket;
    auto admin = AdminServer::open(path, shared_->resources.identity.gid);
    if (!admin) {
        return Error{
            "no admin socket: " + admin.error().message +
                "\n   = another Berth is there? berth status tells; a second one needs its "
                "own `admin.socket` in berth.yaml",
            admin.error().code};
    }
    shared_->admin = std::move(admin).value();
    return Done{};
}

void Supervisor::turn() {
    WaitSet waits;
    waits.add(shared_->signals.fd(), [this] { on_signals(); });
    if (shared_->admin) {
        shared_->admin->add_waits(waits);
    }
    shared_->certificates.add_waits(waits);
    for (const auto& generation : generations_) {
        generation->add_waits(waits);
    }
    waits.wait(timeout_ms(monotonic_ms()));

    const uint64_t now = monotonic_ms();
    if (shared_->admin) {
        for (const AdminRequest& request : shared_->admin->take_requests()) {
            on_request(request, now);
        }
    }
    for (const auto& generation : generations_) {
        generation->tick(now);
    }
    advance(now);
}

int Supervisor::timeout_ms(uint64_t now_ms) const {
    uint64_t due = std::min(now_ms + kHousekeepingMs, close_listeners_at_ms_);
    for (const auto& generation : generations_) {
        due = std::min(due, generation->next_due_ms());
    }
    return due <= now_ms ? 0 : static_cast<int>(due - now_ms);
}

// Draws the conclusions of a turn: what was awaited has happened or not.
void Supervisor::advance(uint64_t now_ms) {
    if (now_ms >= close_listeners_at_ms_) {
        listeners_.close_all();
        close_listeners_at_ms_ = UINT64_MAX;
    }
    Generation* next = candidate();
    if (next != nullptr && next->is_ready_to_serve()) {
        if (Status listening = listeners_.listen(next->snapshot().config); listening) {
            switch_to(*next, now_ms);
        } else {
            next->reject(listening.error().message, kExitNoPermission);
        }
    }
    const auto rejected =
        std::find_if(generations_.begin(), generations_.end(), [](const auto& generation) {
            return generation->is_gone() && !generation->rejection().message.empty();
        });
    const std::optional<Error> why =
        rejected == generations_.end() ? std::nullopt : std::optional((*rejected)->rejection());
    std::erase_if(generations_, [](const auto& generation) { return generation->is_gone(); });
    if (why) {
        reject(*why, now_ms);
    }
    if (phase_ == Phase::kRunning && reload_.should_begin() && candidate() == nullptr) {
        begin_reload(now_ms);
    }
    if (now_ms >= say_alive_at_ms_) {
        ServiceNotice(options_.notify_socket).alive();
        say_alive_at_ms_ = now_ms + kAliveEveryMs;
    }
    if (phase_ == Phase::kStopping && generations_.empty()) {
        listeners_.close_all();
        phase_ = Phase::kDone;
    }
    if (Status rotated = shared_->tickets->rotate_if_due(wall_seconds()); !rotated) {
        log_warning("session tickets: ", rotated.error().message);
    }
    shared_->certificates.tick(now_ms);
}

void Supervisor::on_signals() {
    const uint64_t now = monotonic_ms();
    while (const auto number = shared_->signals.next()) {
        on_signal(*number, now);
    }
}

void Supervisor::on_signal(int number, uint64_t now_ms) {
    switch (number) {
        case SIGCHLD:
            reap(now_ms);
            break;
        case SIGHUP:
            reload_.request(0);
            break;
        case SIGUSR1:
            reopen_logs();
            break;
        case SIGINT:
            stop(true, now_ms);
            break;
        default:
            stop(phase_ != Phase::kRunning, now_ms);
    }
}

// The zygote's own children come here only when it is dead.
void Supervisor::reap(uint64_t now_ms) {
    int status = 0;
    for (pid_t pid = sys().waitpid(-1, &status, WNOHANG); pid > 0;
         pid = sys().waitpid(-1, &status, WNOHANG)) {
        std::any_of(generations_.begin(), generations_.end(), [&](const auto& generation) {
            return generation->child_gone(pid, status, now_ms);
        });
    }
}

void Supervisor::on_request(const AdminRequest& request, uint64_t now_ms) {
    AdminServer& admin = *shared_->admin;
    log_info("admin: ", request.command);
    if (request.command == "reload" && phase_ == Phase::kRunning) {
        reload_.request(request.caller);
    } else if (request.command == "reload") {
        admin.answer(request.caller,
                     {kExitReloadRejected, "", "error: the server is stopping\n", ""});
    } else if (request.command == "stop") {
        const auto at_once = request.fields.find("now");
        stop_callers_.push_back(request.caller);
        stop(at_once != request.fields.end() && at_once->second == "true", now_ms);
    } else if (request.command == "status") {
        admin.answer(request.caller, status_answer(now_ms));
    } else if (request.command == "metrics") {
        admin.answer(request.caller, {kExitDone, metrics_text(status_facts(now_ms)), "", ""});
    } else {
        admin.answer(request.caller,
                     {kExitUsage, "", "error: no command '" + request.command + "'\n", ""});
    }
}

StatusFacts Supervisor::status_facts(uint64_t now_ms) const {
    return {generations_,
            listeners_,
            shared_->resources,
            reload_,
            serving(),
            shared_->started_ms,
            now_ms};
}

AdminAnswer Supervisor::status_answer(uint64_t now_ms) const {
    const StatusFacts facts = status_facts(now_ms);
    return {kExitDone, status_text(facts), "", status_json(facts)};
}

void Supervisor::stop(bool at_once, uint64_t now_ms) {
    if (phase_ == Phase::kRunning) {
        ServiceNotice(options_.notify_socket).stopping();
        if (serving() != nullptr) {
            log_info(at_once ? "stopping now" : "stopping");
        }
        close_listeners_at_ms_ = now_ms + kListenerGraceMs;
        for (uint64_t caller : reload_.abandon()) {
            shared_->admin->answer(
                caller, {kExitReloadRejected, "", "error: the server is stopping\n", ""});
        }
    }
    phase_ = Phase::kStopping;
    for (const auto& generation : generations_) {
        const uint64_t patience = at_once ? 0 : generation->snapshot().config.machine.stop_ms;
        generation->stop(now_ms, patience);
    }
}

void Supervisor::open_own_log() {
    auto log = LogFiles::open(shared_->log_target);
    if (!log) {
        log_error(log.error().message);
        return;
    }
    shared_->log = std::move(log).value();
    shared_->resources.log_fd = shared_->log.get();
    reopen_log(duplicate(shared_->log));
}

// `log` of the configuration that serves from now on.
void Supervisor::follow_log(const MachineConfig& machine) {
    set_log_level(parse_log_level(machine.log_level).value_or(LogLevel::kInfo));
    if (machine.log_to != shared_->log_target) {
        shared_->log_target = machine.log_to;
        open_own_log();
    }
}

void Supervisor::reopen_logs() {
    open_own_log();
    for (const auto& generation : generations_) {
        if (Status reopened = generation->reopen_logs(); !reopened) {
            log_error(reopened.error().message);
        }
    }
}

Generation* Supervisor::candidate() const {
    const bool waits =
        !generations_.empty() && generations_.back()->phase() < Generation::Phase::kServing;
    return waits ? generations_.back().get() : nullptr;
}

Generation* Supervisor::serving() const {
    const auto found =
        std::find_if(generations_.begin(), generations_.end(), [](const auto& generation) {
            return generation->phase() == Generation::Phase::kServing;
        });
    return found == generations_.end() ? nullptr : found->get();
}

}  // namespace berth
