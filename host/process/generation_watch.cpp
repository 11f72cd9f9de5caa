// What happens by the clock: starts that hang, workers that no longer turn, a zygote that is due
// again.
#include "base/log.h"
#include "process/exit_code.h"
#include "process/generation.h"

#include <signal.h>

#include <algorithm>

namespace berth {

void Generation::tick(uint64_t now_ms) {
    check_start_timeout(now_ms);
    check_replacements(now_ms);
    if (now_ms >= kill_at_ms_) {
        log_warning("generation ", number_, " did not end in time and is killed");
        kill_all();
        kill_at_ms_ = UINT64_MAX;
    }
    if (phase_ == Phase::kServing && !zygote_.is_alive()) {
        restart_zygote(now_ms);
    }
    fill_slots(now_ms);
    watch_workers(now_ms);
}

void Generation::watch_workers(uint64_t now_ms) {
    for (const auto& worker : workers_) {
        const uint32_t stamp = worker->stamp();
        switch (worker->watch(now_ms)) {
            case WorkerSlot::Watched::kFine:
                break;
            case WorkerSlot::Watched::kLost:
                worker_gone(*worker, 0, now_ms);
                break;
            case WorkerSlot::Watched::kUnreaped:
                log_error("zygote ",
                          number_,
                          " (pid ",
                          zygote_.pid(),
                          ") does not answer; it is replaced");
                zygote_.kill(SIGKILL);  // then its children are ours
                break;
            case WorkerSlot::Watched::kAborted:
            case WorkerSlot::Watched::kKilled:
                log_error("worker ",
                          worker->index(),
                          " (pid ",
                          worker->pid(),
                          ") has not turned its loop for ",
                          resources_.watchdog_ms,
                          " ms",
                          culprit(stamp),
                          "; it is replaced");
                break;
        }
    }
}

void Generation::restart_zygote(uint64_t now_ms) {
    if (now_ms < zygote_.due_ms()) {
        return;
    }
    if (Status started = zygote_.start(number_, *snapshot_, listeners_, resources_, now_ms);
        !started) {
        log_error("generation ", number_, " has no zygote: ", started.error().message);
        zygote_.gone(now_ms);
    }
}

void Generation::check_start_timeout(uint64_t now_ms) {
    if (phase_ >= Phase::kServing || now_ms < zygote_.started_ms() + resources_.start_timeout_ms) {
        return;
    }
    reject("not ready within " + std::to_string(resources_.start_timeout_ms) + " ms" + what_hangs(),
           kExitPluginRejected);
}

std::string Generation::what_hangs() const {
    if (!zygote_.is_ready()) {
        return zygote_.step().empty() ? "" : ", hangs while " + zygote_.step();
    }
    const auto hangs = std::find_if(workers_.begin(), workers_.end(), [](const auto& worker) {
        return worker->state() != WorkerSlot::State::kReady && worker->stamp() != 0;
    });
    return hangs == workers_.end() ? "" : ", hangs" + culprit((*hangs)->stamp());
}

// Of a generation that serves, the zygote and the workers that were started later may hang like the
// first ones.
void Generation::check_replacements(uint64_t now_ms) {
    if (phase_ != Phase::kServing) {
        return;
    }
    const uint64_t patience_ms = resources_.start_timeout_ms;
    if (zygote_.is_alive() && !zygote_.is_ready() && now_ms >= zygote_.started_ms() + patience_ms) {
        log_error("zygote ",
                  number_,
                  " (pid ",
                  zygote_.pid(),
                  ") is not ready within ",
                  patience_ms,
                  " ms",
                  what_hangs(),
                  "; it is replaced");
        zygote_.kill(SIGKILL);
        zygote_.extend_start(now_ms);
    }
    for (const auto& worker : workers_) {
        if (now_ms < worker->start_due_ms()) {
            continue;
        }
        const bool forked = worker->state() == WorkerSlot::State::kStarting && !worker->is_lost();
        log_error("worker ",
                  worker->index(),
                  " is not ready within ",
                  patience_ms,
                  " ms",
                  culprit(worker->stamp()),
                  forked ? "" : ", because the zygote does not answer",
                  "; it is replaced");
        forked ? worker->kill(SIGKILL) : zygote_.kill(SIGKILL);
        worker->extend_start(now_ms);
    }
}

uint64_t Generation::next_due_ms() const {
    uint64_t due = kill_at_ms_;
    if (phase_ < Phase::kServing) {
        due = std::min(due, zygote_.started_ms() + resources_.start_timeout_ms);
    }
    if (phase_ == Phase::kServing && !zygote_.is_ready()) {
        const uint64_t ready_ms = zygote_.started_ms() + resources_.start_timeout_ms;
        due = std::min(due, zygote_.is_alive() ? ready_ms : zygote_.due_ms());
    }
    for (const auto& worker : workers_) {
        if (worker->state() == WorkerSlot::State::kVacant && is_serving_or_starting() &&
            zygote_.is_ready()) {
            due = std::min(due, worker->due_ms());
        }
        due = std::min({due,
                        worker->watch_due_ms(),
                        phase_ == Phase::kServing ? worker->start_due_ms() : UINT64_MAX});
    }
    return due;
}

}  // namespace berth
