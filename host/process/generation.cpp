#include "process/generation.h"

#include "base/log.h"
#include "process/crash_handler.h"
#include "process/exit_code.h"
#include "process/monotonic_clock.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

namespace berth {
namespace {

// Between the deadline that workers were given and the end of patience.
constexpr uint64_t kKillGraceMs = 2'000;
constexpr uint64_t kAtOnceGraceMs = 300;
constexpr size_t kInstancesMax = 65'536;

std::string how_it_ended(int wait_status) {
    if (WIFSIGNALED(wait_status)) {
        return "died of " + signal_name(WTERMSIG(wait_status));
    }
    return "exited with status " + std::to_string(WEXITSTATUS(wait_status));
}

}  // namespace

Generation::Generation(uint64_t number, std::unique_ptr<Snapshot> snapshot, Resources& resources)
    : number_(number), snapshot_(std::move(snapshot)), resources_(resources) {
    for (uint32_t i = 0; i < snapshot_->config.machine.worker_count; ++i) {
        workers_.push_back(std::make_unique<WorkerSlot>(i, resources_));
    }
}

Generation::~Generation() = default;

Status Generation::start(ListenerTable::Slots listeners, uint64_t now_ms) {
    listeners_ = std::move(listeners);
    return zygote_.start(number_, *snapshot_, listeners_, resources_, now_ms);
}

void Generation::add_waits(WaitSet& waits) {
    waits.add(zygote_.control_fd(), [this] { on_zygote(); });
    for (const auto& worker : workers_) {
        waits.add(worker->control_fd(), [this, &slot = *worker] { on_worker(slot); });
    }
}

void Generation::on_zygote() {
    for (;;) {
        auto received = zygote_.receive();
        if (received.outcome == ControlChannel::Outcome::kBroken) {
            log_error("zygote ", number_, ": ", received.why);
            zygote_.kill(SIGKILL);
        }
        if (received.outcome != ControlChannel::Outcome::kMessage) {
            return;
        }
        on_zygote_message(received.message, monotonic_ms());
    }
}

void Generation::on_zygote_message(const ControlMessage& message, uint64_t now_ms) {
    switch (message.type) {
        case ControlType::kPrepared:
            on_prepared(message.text);
            if (Status opened = reopen_logs(); opened) {
                fill_slots(now_ms);
            } else if (phase_ < Phase::kServing) {
                reject("error: " + opened.error().message + "\n", kExitNoPermission);
            } else {
                log_error(opened.error().message);
            }
            break;
        case ControlType::kRejected:
            if (phase_ < Phase::kServing) {
                reject(message.text, static_cast<int>(message.value));
            } else if (phase_ == Phase::kServing) {
                log_error("generation ", number_, " has no zygote: ", message.text);
            }
            break;
        case ControlType::kForked:
        case ControlType::kForkFailed:
            on_forked(message, now_ms);
            break;
        case ControlType::kExited:
            child_gone(message.pid, static_cast<int>(message.value), now_ms);
            break;
        default:
            break;
    }
}

void Generation::on_prepared(const std::string& report) {
    if (phase_ == Phase::kLoading) {
        phase_ = Phase::kStarting;
    }
    plugins_by_number_.clear();
    std::vector<std::string> logs;
    std::istringstream lines(report);
    for (std::string line;
         std::getline(lines, line) && plugins_by_number_.size() < kInstancesMax;) {
        if (line.starts_with("log ")) {
            logs.push_back(line.substr(4));
            continue;
        }
        uint32_t number = 0;
        const auto end = std::from_chars(line.data(), line.data() + line.size(), number).ptr;
        const auto used = static_cast<size_t>(end - line.data());
        if (used > 0 && used + 1 < line.size()) {
            plugins_by_number_[number] = line.substr(used + 1);
        }
    }
    logs_.set_targets(std::move(logs), snapshot_->config);
}

void Generation::on_forked(const ControlMessage& message, uint64_t now_ms) {
    const bool asked = message.slot < workers_.size() &&
                       workers_[message.slot]->state() == WorkerSlot::State::kForking;
    if (!asked) {
        log_error(
            "zygote ", number_, " answers for slot ", message.slot, " that was not asked for");
        return;
    }
    WorkerSlot& worker = *workers_[message.slot];
    if (message.type == ControlType::kForked) {
        if (!worker.forked(message.pid, zygote_.pid())) {
            log_error("zygote ",
                      number_,
                      " names process ",
                      message.pid,
                      " as a worker, which is not its child");
            zygote_.kill(SIGKILL);
            worker.not_forked(now_ms);
            return;
        }
        log_debug("worker ",
                  message.slot,
                  " (pid ",
                  message.pid,
                  ") of generation ",
                  number_,
                  " started");
        return;
    }
    worker.not_forked(now_ms);
    log_error("no worker ", message.slot, ": fork: errno ", message.value);
}

void Generation::on_worker(WorkerSlot& worker) {
    for (;;) {
        const auto received = worker.receive();
        if (received.outcome == ControlChannel::Outcome::kBroken) {
            log_error("worker ", worker.index(), " (pid ", worker.pid(), "): ", received.why);
            worker.kill(SIGKILL);
        }
        if (received.outcome != ControlChannel::Outcome::kMessage) {
            return;
        }
        on_worker_message(worker, received.message);
    }
}

void Generation::on_worker_message(WorkerSlot& worker, const ControlMessage& message) {
    if (message.type == ControlType::kReady) {
        for (const auto& [index, key_pairs] : new_certificates_) {
            send_certificate(worker, index);
        }
        if (phase_ == Phase::kServing) {
            worker.tell(ControlType::kServe, 0);
        }
    } else if (phase_ < Phase::kServing) {
        reject(message.text, static_cast<int>(message.value));
    } else {
        log_error("worker ", worker.index(), " cannot begin: ", message.text);
    }
}

bool Generation::child_gone(pid_t pid, int wait_status, uint64_t now_ms) {
    if (pid == zygote_.pid()) {
        zygote_gone(wait_status, now_ms);
        return true;
    }
    const auto found = std::find_if(workers_.begin(), workers_.end(), [pid](const auto& worker) {
        return worker->pid() == pid;
    });
    if (found == workers_.end()) {
        return false;
    }
    worker_gone(**found, wait_status, now_ms);
    return true;
}

void Generation::zygote_gone(int wait_status, uint64_t now_ms) {
    on_zygote();  // what it said last
    const std::string step = zygote_.step();
    const pid_t pid = zygote_.pid();
    zygote_.gone(now_ms);
    // A worker that was just asked for may or may not exist; without its control socket it ends by
    // itself.
    for (const auto& worker : workers_) {
        if (worker->state() == WorkerSlot::State::kForking) {
            worker->not_forked(now_ms);
        } else if (worker->is_lost()) {
            worker_gone(*worker, 0, now_ms);  // the zygote died before it could tell
        }
    }
    if (phase_ < Phase::kServing) {
        const std::string place = step.empty() ? "" : " while " + step;
        reject("the zygote " + how_it_ended(wait_status) + place, kExitPluginRejected);
    } else if (phase_ == Phase::kServing) {
        log_error("zygote ",
                  number_,
                  " (pid ",
                  pid,
                  ") ",
                  how_it_ended(wait_status),
                  "; its workers go on, another is started");
        resources_.count("berth_zygote_restarts_total");
    }
}

void Generation::worker_gone(WorkerSlot& worker, int wait_status, uint64_t now_ms) {
    on_worker(worker);  // what it said last
    const pid_t pid = worker.pid();
    const WorkerSlot::Death death = worker.gone(wait_status, now_ms);
    const bool expected = phase_ >= Phase::kDraining && death.signal == 0;
    const std::string where = death.crashed ? culprit(death.stamp) : "";
    const std::string what = "worker " + std::to_string(worker.index()) + " (pid " +
                             std::to_string(pid) + ") " + how_it_ended(wait_status) + where;
    if (expected) {
        log_debug(what);
        return;
    }
    log_error(what, death.trace.empty() ? "" : " at ", death.trace);
    if (death.crashed) {
        const auto plugin = plugins_by_number_.find(death.stamp);
        if (plugin != plugins_by_number_.end() &&
            resources_.quarantine.record_crash(plugin->second, now_ms)) {
            log_error("plugin ",
                      plugin->second,
                      " is quarantined: ",
                      Quarantine::kCrashes,
                      " crashes in ",
                      Quarantine::kWindowMs / 1000,
                      " s");
        }
    }
    if (phase_ < Phase::kServing) {
        reject(what + " before it was ready", kExitPluginRejected);
    } else if (phase_ == Phase::kServing) {
        resources_.count("berth_worker_restarts_total{reason=\"" +
                         std::string(death.signal != 0 ? "signal" : "exit") + "\"}");
        fill_slots(now_ms);
    }
}

std::string Generation::culprit(uint32_t stamp) const {
    if (stamp == 0) {
        return " in the host";
    }
    const auto found = plugins_by_number_.find(stamp);
    return found == plugins_by_number_.end() ? "" : " in plugin " + found->second;
}

void Generation::fill_slots(uint64_t now_ms) {
    if (!is_serving_or_starting() || !zygote_.is_ready()) {
        return;
    }
    // A new generation gives every plugin another chance.
    const auto quarantined =
        phase_ == Phase::kServing ? resources_.quarantine.plugins() : std::vector<std::string>();
    for (const auto& worker : workers_) {
        if (worker->state() != WorkerSlot::State::kVacant || now_ms < worker->due_ms()) {
            continue;
        }
        if (Status asked = worker->ask(zygote_.control(), quarantined, now_ms); !asked) {
            log_error("no worker ", worker->index(), ": ", asked.error().message);
            worker->not_forked(now_ms);
            if (phase_ < Phase::kServing) {
                reject(
                    "no worker " + std::to_string(worker->index()) + ": " + asked.error().message,
                    kExitFailed);
            }
        }
    }
}

bool Generation::is_ready_to_serve() const {
    return phase_ == Phase::kStarting &&
           std::all_of(workers_.begin(), workers_.end(), [](const auto& worker) {
               return worker->state() == WorkerSlot::State::kReady;
           });
}

void Generation::serve() {
    phase_ = Phase::kServing;
    for (const auto& worker : workers_) {
        worker->tell(ControlType::kServe, 0);
    }
}

void Generation::drain(uint64_t now_ms, uint64_t ms) {
    leave(Phase::kDraining, ControlType::kDrain, ms, now_ms);
}

void Generation::stop(uint64_t now_ms, uint64_t ms) {
    if (phase_ < Phase::kServing) {
        phase_ = Phase::kEnding;
        kill_all();
        return;
    }
    leave(Phase::kEnding, ControlType::kStop, ms, now_ms);
}

void Generation::leave(Phase phase, ControlType order, uint64_t ms, uint64_t now_ms) {
    phase_ = phase;
    kill_at_ms_ = std::min(kill_at_ms_, now_ms + ms + (ms == 0 ? kAtOnceGraceMs : kKillGraceMs));
    for (const auto& worker : workers_) {
        worker->tell(order, ms);
    }
    zygote_.end();
}

void Generation::kill_all() {
    for (const auto& worker : workers_) {
        worker->kill(SIGKILL);
    }
    zygote_.kill(SIGKILL);
}

void Generation::reject(const std::string& why, int code) {
    if (phase_ == Phase::kEnding) {
        return;
    }
    phase_ = Phase::kEnding;
    // Text and code may come from the zygote: an empty one would look like no rejection at all.
    rejection_ = Error{why.empty() ? "no reason was given" : why, std::max(code, 1)};
    kill_all();
}

bool Generation::is_gone() const {
    return phase_ >= Phase::kDraining && !zygote_.is_alive() &&
           std::all_of(workers_.begin(), workers_.end(), [](const auto& worker) {
               return worker->state() == WorkerSlot::State::kVacant;
           });
}

Status Generation::reopen_logs() {
    auto message = logs_.message(snapshot_->config.machine.log_to);
    if (!message) {
        return message.error();
    }
    for (const auto& worker : workers_) {
        worker->tell(message.value());
    }
    return zygote_.is_ready() ? zygote_.control().send(message.value()) : Status(Done{});
}

void Generation::replace_certificate(uint32_t index, std::string key_pairs) {
    new_certificates_[index] = std::move(key_pairs);
    for (const auto& worker : workers_) {
        send_certificate(*worker, index);
    }
}

void Generation::send_certificate(WorkerSlot& worker, uint32_t index) {
    ControlMessage message;
    message.type = ControlType::kCertificate;
    message.slot = index;
    message.text = new_certificates_.at(index);
    worker.tell(message);
}

}  // namespace berth
