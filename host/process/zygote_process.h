#pragma once

#include "process/control.h"
#include "process/respawn_policy.h"
#include "process/zygote.h"

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

namespace berth {

// The zygote of a generation as the supervisor sees it.
class ZygoteProcess {
public:
    // Forks it; returns in the supervisor only.
    Status start(uint64_t generation,
                 const Snapshot& snapshot,
                 ListenerTable::Slots listeners,
                 const Resources& resources,
                 uint64_t now_ms);

    ControlChannel::Received receive();
    // No more forks; it closes its listening sockets and ends with its last worker.
    void end();
    void kill(int signal) const;
    // The process is gone.
    void gone(uint64_t now_ms);

    bool is_alive() const { return pid_ > 0; }
    // It has prepared and takes commands.
    bool is_ready() const { return control_fd() >= 0 && control_->state() == PeerState::kReady; }
    pid_t pid() const { return pid_; }
    uint64_t started_ms() const { return started_ms_; }
    void extend_start(uint64_t now_ms) { started_ms_ = now_ms; }
    // When another may be started.
    uint64_t due_ms() const { return due_ms_; }
    // What it last said it would do.
    const std::string& step() const { return step_; }
    ControlChannel& control() { return *control_; }
    int control_fd() const { return control_ && control_->is_open() ? control_->fd() : -1; }

private:
    pid_t pid_ = 0;
    std::unique_ptr<ControlChannel> control_;
    RespawnPolicy policy_;
    uint64_t started_ms_ = 0, due_ms_ = 0;
    std::string step_;
};

}  // namespace berth
