#pragma once

#include "process/control.h"
#include "process/process_handle.h"
#include "process/resources.h"
#include "process/respawn_policy.h"

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace berth {

// One worker slot of a generation, as the supervisor sees it: which process fills it, how it is,
// when the next one is due. It does not decide whether there is to be a next one.
class WorkerSlot {
public:
    // kVacant: no process. kForking: the zygote was asked. kStarting: alive, not READY. kReady:
    // serves.
    enum class State : uint8_t { kVacant, kForking, kStarting, kReady };

    WorkerSlot(uint32_t index, Resources& resources) : index_(index), resources_(resources) {}
    // A slot that is taken gives its row back.
    ~WorkerSlot();
    WorkerSlot(const WorkerSlot&) = delete;
    WorkerSlot& operator=(const WorkerSlot&) = delete;

    // Asks the zygote for a process that does without these plugins.
    Status ask(ControlChannel& zygote,
               const std::vector<std::string>& quarantined,
               uint64_t now_ms);
    // The zygote's answers. False: it named a process that is not its child.
    bool forked(pid_t pid, pid_t zygote);
    void not_forked(uint64_t now_ms);

    // What the worker said: kAgain when there is nothing; kReady is recorded.
    ControlChannel::Received receive();
    // Lost messages are harmless: a worker that does not listen is replaced.
    void tell(ControlType type, uint64_t value);
    void tell(const ControlMessage& message);

    // The process is gone: records the time and returns what it left in the scoreboard.
    struct Death {
        int signal = 0;        // of the wait status or the crash record, 0: it exited
        int status = 0;        // exit status
        bool crashed = false;  // the record says so
        uint32_t stamp = 0;
        std::string trace;  // of the record: the worker may have written anything
    };
    Death gone(int wait_status, uint64_t now_ms);

    // Asks a worker to turn its loop. kAborted, kKilled: that was done, because it did not for a
    // while. kLost: its process ended, and nobody has said so. kUnreaped: it was killed, and its
    // parent has not noticed.
    enum class Watched : uint8_t { kFine, kAborted, kKilled, kLost, kUnreaped };
    Watched watch(uint64_t now_ms);
    // When watch() has something to do; UINT64_MAX: never.
    uint64_t watch_due_ms() const;
    // When one that was asked for should be READY at the latest; UINT64_MAX: none was.
    uint64_t start_due_ms() const;
    // Gives it that time again.
    void extend_start(uint64_t now_ms) { started_ms_ = now_ms; }
    void kill(int signal) const { process_.kill(signal); }
    // There was a process, it has ended, and its parent knows.
    bool is_lost() const { return process_.pid() != 0 && process_.is_gone(); }

    uint32_t index() const { return index_; }
    State state() const { return state_; }
    pid_t pid() const { return process_.pid(); }
    uint32_t row() const { return row_; }
    // The instance whose code runs now, as the worker says; 0: the host, or nobody.
    uint32_t stamp() const;
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
    ProcessHandle process_;
    uint32_t row_ = UINT32_MAX;
    uint64_t due_ms_ = 0, started_ms_ = 0;
    RespawnPolicy policy_;
    std::unique_ptr<ControlChannel> control_;
    // Of watch().
    struct {
        uint64_t heartbeat_ms = 0, asked_ms = 0;
        unsigned unanswered = 0;
    } watched_;
};

}  // namespace berth
