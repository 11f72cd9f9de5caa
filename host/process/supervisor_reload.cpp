// A configuration becomes the one that serves, or what served before goes on.
#include "base/log.h"
#include "process/exit_code.h"
#include "process/monotonic_clock.h"
#include "process/service_notice.h"
#include "process/supervisor_shared.h"

#include <sstream>
#include <utility>

namespace berth {
namespace {

void log_lines(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        log_error(line);
    }
}

}  // namespace

void Supervisor::begin_reload(uint64_t now_ms) {
    reload_.begin(now_ms);
    ServiceNotice(options_.notify_socket).reloading();
    auto snapshot = options_.source();
    if (!snapshot) {
        reject(snapshot.error(), monotonic_ms());
        return;
    }
    Status started = start_generation(std::move(snapshot).value(), monotonic_ms());
    if (!started) {
        reject({"error: " + started.error().message + "\n", kExitNoPermission}, monotonic_ms());
    }
}

Status Supervisor::start_generation(std::unique_ptr<Snapshot> snapshot, uint64_t now_ms) {
    const Config& config = snapshot->config;
    const unsigned workers = config.machine.worker_count;
    if (Status bound = listeners_.bind(config, workers); !bound) {
        release_listeners();
        return bound;
    }
    reload_.checked(now_ms);
    auto slots = listeners_.slots(config, workers);
    auto generation =
        std::make_unique<Generation>(++last_number_, std::move(snapshot), shared_->resources);
    if (Status started = generation->start(std::move(slots), now_ms); !started) {
        release_listeners();
        return started;
    }
    generations_.push_back(std::move(generation));
    return Done{};
}

void Supervisor::switch_to(Generation& next, uint64_t now_ms) {
    const Generation* before = serving();
    const bool is_first = before == nullptr;
    std::string text =
        is_first
            ? ""
            : describe_change(
                  before->snapshot().config, next.snapshot().config, next.number(), listeners_);
    next.serve();
    drain_before(next, now_ms);
    release_listeners();
    follow_log(next.snapshot().config.machine);
    shared_->resources.quarantine.clear();
    shared_->certificates.follow(next.snapshot());
    const auto callers = reload_.finish(true, monotonic_ms());
    const size_t workers = next.workers().size();
    log_info("generation ",
             next.number(),
             " serves with ",
             workers,
             workers == 1 ? " worker" : " workers");
    text += "checked " + std::to_string(reload_.checked_after_ms()) + " ms   started " +
            std::to_string(reload_.started_after_ms()) + " ms\n";
    for (uint64_t caller : callers) {
        shared_->admin->answer(caller, {kExitDone, text, next.snapshot().warnings, ""});
    }
    ServiceNotice(options_.notify_socket).ready();
    if (is_first) {
        options_.print(next.snapshot().warnings);
        options_.on_serving(next.snapshot(), listeners_);
    }
}

void Supervisor::drain_before(const Generation& kept, uint64_t now_ms) {
    const MachineConfig& machine = kept.snapshot().config.machine;
    size_t older = generations_.size() - 1;
    for (const auto& generation : generations_) {
        if (generation.get() == &kept) {
            break;
        }
        if (generation->phase() == Generation::Phase::kServing) {
            generation->drain(now_ms, machine.drain_ms);
        }
        if (older-- >= machine.generations) {
            log_warning("generation ",
                        generation->number(),
                        " is closed: only ",
                        machine.generations,
                        " may coexist");
            shared_->resources.count("berth_generation_forced_close_total");
            generation->stop(now_ms, 0);
        }
    }
}

// The reload has failed: what served before goes on.
void Supervisor::reject(const Error& why, uint64_t now_ms) {
    release_listeners();
    std::string text = why.message;
    if (!text.empty() && text.back() != '\n') {
        text = "error: " + text + "\n";
    }
    if (phase_ != Phase::kRunning) {
        return;  // the callers know that the server ends, which is no failure
    }
    const auto callers = reload_.finish(false, now_ms);
    const Generation* current = serving();
    if (current == nullptr) {
        options_.print(text);
        exit_code_ = why.code;
        stop(true, now_ms);
        return;
    }
    ServiceNotice(options_.notify_socket).ready();
    text +=
        "generation " + std::to_string(current->number()) + " is still serving; nothing changed.\n";
    log_lines(text);
    for (uint64_t caller : callers) {
        shared_->admin->answer(caller, {kExitReloadRejected, "", text, ""});
    }
}

void Supervisor::release_listeners() {
    std::vector<std::pair<const Config*, unsigned>> used;
    for (const auto& generation : generations_) {
        if (generation->phase() <= Generation::Phase::kServing) {
            const Config& config = generation->snapshot().config;
            used.emplace_back(&config, config.machine.worker_count);
        }
    }
    listeners_.keep_only(used);
}

}  // namespace berth
