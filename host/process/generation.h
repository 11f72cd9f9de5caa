#pragma once

#include "process/listener_table.h"
#include "process/log_files.h"
#include "process/resources.h"
#include "process/snapshot.h"
#include "process/wait_set.h"
#include "process/worker_slot.h"
#include "process/zygote_process.h"

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace berth {

// One configuration being served: its snapshot, its zygote, its workers. Keeps the workers alive
// while it serves; whether it serves is the supervisor's decision.
//
//   kLoading -> kStarting -> kServing -> kDraining
//        \________\________________________/--> kEnding      (everybody is told to go, or was
//        killed)
//
// A generation that fails before it serves becomes kEnding with a rejection.
class Generation {
public:
    enum class Phase : uint8_t { kLoading, kStarting, kServing, kDraining, kEnding };

    Generation(uint64_t number, std::unique_ptr<Snapshot> snapshot, Resources& resources);
    ~Generation();
    Generation(const Generation&) = delete;
    Generation& operator=(const Generation&) = delete;

    // Forks the zygote. listeners: this generation's, kept for later zygotes.
    Status start(ListenerTable::Slots listeners, uint64_t now_ms);

    void add_waits(WaitSet& waits);
    // A child of the supervisor ended; false: not one of this generation's.
    bool child_gone(pid_t pid, int wait_status, uint64_t now_ms);
    // What time brings: respawns, watchdog, deadlines.
    void tick(uint64_t now_ms);
    // When tick() has something to do; UINT64_MAX: not before something happens.
    uint64_t next_due_ms() const;

    // Every worker is READY for the first time, and nothing failed.
    bool is_ready_to_serve() const;
    // Its workers accept connections from now on.
    void serve();
    // No new connections; what is left after ms is closed. The listening sockets may be closed from
    // now on.
    void drain(uint64_t now_ms, uint64_t ms);
    // As drain(), for a server that ends.
    void stop(uint64_t now_ms, uint64_t ms);
    void kill_all();
    // It will not serve: why, and the exit code for that.
    void reject(const std::string& why, int code);
    // It was told to go, or rejected, and its last process is gone.
    bool is_gone() const;

    // Why it was rejected: message and exit code. Empty message: it was not.
    const Error& rejection() const { return rejection_; }
    uint64_t number() const { return number_; }
    Phase phase() const { return phase_; }
    const Snapshot& snapshot() const { return *snapshot_; }
    pid_t zygote_pid() const { return zygote_.pid(); }
    const std::vector<std::unique_ptr<WorkerSlot>>& workers() const { return workers_; }
    // Opens every log anew, for the workers of now and those to come.
    Status reopen_logs();
    // For the workers of now and for those to come, whose zygote only knows the old one.
    // index: of TlsMaterial::watched(); key_pairs: packed.
    void replace_certificate(uint32_t index, std::string key_pairs);

private:
    void on_zygote();
    void on_zygote_message(const ControlMessage& message, uint64_t now_ms);
    void on_worker(WorkerSlot& worker);
    void on_worker_message(WorkerSlot& worker, const ControlMessage& message);
    void send_certificate(WorkerSlot& worker, uint32_t index);
    void on_prepared(const std::string& report);
    void on_forked(const ControlMessage& message, uint64_t now_ms);
    void zygote_gone(int wait_status, uint64_t now_ms);
    void worker_gone(WorkerSlot& worker, int wait_status, uint64_t now_ms);
    void restart_zygote(uint64_t now_ms);
    void fill_slots(uint64_t now_ms);
    void check_start_timeout(uint64_t now_ms);
    void check_replacements(uint64_t now_ms);
    void watch_workers(uint64_t now_ms);
    std::string what_hangs() const;
    void leave(Phase phase, ControlType order, uint64_t ms, uint64_t now_ms);
    bool is_serving_or_starting() const { return phase_ <= Phase::kServing; }
    // " in plugin acme/geo", " in the host", or nothing when the number means nothing.
    std::string culprit(uint32_t stamp) const;

    const uint64_t number_;
    const std::unique_ptr<Snapshot> snapshot_;
    Resources& resources_;
    ListenerTable::Slots listeners_;
    Phase phase_ = Phase::kLoading;
    ZygoteProcess zygote_;
    std::vector<std::unique_ptr<WorkerSlot>> workers_;
    std::map<uint32_t, std::string> plugins_by_number_;
    std::map<uint32_t, std::string> new_certificates_;
    LogFiles logs_;
    uint64_t kill_at_ms_ = UINT64_MAX;
    Error rejection_;
};

}  // namespace berth
