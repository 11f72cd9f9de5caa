#pragma once

#include "process/admin_server.h"
#include "process/generation.h"
#include "process/listener_table.h"
#include "process/reload.h"
#include "process/status_report.h"

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace berth {

struct SupervisorOptions {
    SnapshotSource source;
    ZygoteProgram* program = nullptr;
    // Lines for the person who started it: diagnostics as they are.
    std::function<void(const std::string&)> print;
    // The first generation serves.
    std::function<void(const Snapshot&, const ListenerTable&)> on_serving;
    // An admin socket, at its default place unless the configuration names one.
    bool has_admin = true;
    std::string setuid;         // variable SETUID
    std::string notify_socket;  // variable NOTIFY_SOCKET
    uint32_t watchdog_ms = 10'000;
    uint32_t start_timeout_ms = 30'000;
};

// The first process: owns listening sockets, signals, the scoreboard and the admin socket, and
// decides which generation serves. Runs no plugin code.
class Supervisor {
public:
    explicit Supervisor(SupervisorOptions options);
    ~Supervisor();
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

    // Serves until it is told to stop; once. Returns the exit code of the program.
    int run();

private:
    struct Shared;
    enum class Phase : uint8_t { kRunning, kStopping, kDone };

    Status make_shared(const MachineConfig& machine);
    Status open_admin(const MachineConfig& machine);
    void turn();
    int timeout_ms(uint64_t now_ms) const;
    void advance(uint64_t now_ms);

    void on_signals();
    void on_signal(int number, uint64_t now_ms);
    void reap(uint64_t now_ms);
    void on_request(const AdminRequest& request, uint64_t now_ms);
    StatusFacts status_facts(uint64_t now_ms) const;
    AdminAnswer status_answer(uint64_t now_ms) const;

    void begin_reload(uint64_t now_ms);
    Status start_generation(std::unique_ptr<Snapshot> snapshot, uint64_t now_ms);
    void switch_to(Generation& candidate, uint64_t now_ms);
    void drain_before(const Generation& kept, uint64_t now_ms);
    void reject(const Error& why, uint64_t now_ms);
    void release_listeners();

    void stop(bool at_once, uint64_t now_ms);
    void open_own_log();
    void follow_log(const MachineConfig& machine);
    void reopen_logs();
    Generation* candidate() const;
    Generation* serving() const;

    SupervisorOptions options_;
    std::unique_ptr<Shared> shared_;
    ListenerTable listeners_;
    std::vector<std::unique_ptr<Generation>> generations_;  // oldest first
    Reload reload_;
    Phase phase_ = Phase::kRunning;
    uint64_t last_number_ = 0;
    uint64_t close_listeners_at_ms_ = UINT64_MAX;  // set by stop()
    uint64_t say_alive_at_ms_ = 0;
    std::vector<uint64_t> stop_callers_;
    int exit_code_ = 0;
};

}  // namespace berth
