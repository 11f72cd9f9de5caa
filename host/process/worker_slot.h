#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "process/control.h"
#include "process/resources.h"
#include "process/respawn_policy.h"

namespace berth {

// One worker slot of a generation, as the supervisor sees it: which process fills it, how it is, when the next
// one is due. It does not decide whether there is to be a next one.
class WorkerSlot {
public:
    // kVacant: no process. kForking: the zygote was asked. kStarting: alive, not READY. kReady: serves.
    enum class State : uint8_t { kVacant, kForking, kStarting, kReady };

    WorkerSlot(uint32_t index, Resources& resources) : index_(index), resources_(resources) {}
    // A slot that is taken gives its row back.
    ~WorkerSlot();
    WorkerSlot(const WorkerSlot&) = delete;
    WorkerSlot& operator=(const WorkerSlot&) = delete;

    // Asks the zygote for a process that does without these plugins.
    Status ask(ControlChannel& zygote, const std::vector<std::string>& quarantined, uint64_t now_ms);
    // The zygote's answers.
    void forked(pid_t pid);
    void not_forked(uint64_t now_ms);

    // What the worker said: kAgain when there is nothing; kReady is recorded.
    ControlChannel::Received receive();
    // Lost messages are harmless: a worker that does not listen is replaced.
    void tell(ControlType type, uint64_t value);
    void tell(const ControlMessage& message);

    // The process is gone: records the time and returns what it left in the scoreboard.
    struct Death {
        int signal = 0;      // of the wait status or the crash record, 0: it exited
        int status = 0;      // exit status
        bool crashed = false;  // the record says so
        uint32_t stamp = 0;
        uint64_t address = 0, code = 0;
    };
    Death gone(int wait_status, uint64_t now_ms);

    // Asks a worker that has not turned its loop for a while to do so, and aborts one that does not answer.
    void watch(uint64_t now_ms);
    // When watch() has something to do; UINT64_MAX: never.
    uint64_t watch_due_ms() const;
    void kill(int signal) const;

    uint32_t index() const { return index_; }
    State state() const { return state_; }
    pid_t pid() const { return pid_; }
    uint32_t row() const { return row_; }
    uint64_t started_ms() const { return started_ms_; }
    // When a vacant slot may be filled.
    uint64_t due_ms() const { return due_ms_; }
    unsigned deaths_in_a_row() const { return policy_.deaths_in_a_row(); }
    int control_fd() const { return control_ && control_->is_open() ? control_->fd() : -1; }

private:
    void vacate();

    const uint32_t index_;
    Resources& resources_;
    State state_ = State::kVacant;
    pid_t pid_ = 0;
    uint32_t row_ = UINT32_MAX;
    uint64_t due_ms_ = 0, started_ms_ = 0;
    RespawnPolicy policy_;
    std::unique_ptr<ControlChannel> control_;
    // Watchdog
    uint64_t seen_heartbeat_ms_ = 0, watched_ms_ = 0;
    unsigned unanswered_ = 0;
};

}  // namespace berth
