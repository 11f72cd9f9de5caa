#pragma once

#include "base/unique_fd.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace berth {

struct Config;
struct CheckedConfig;
class CounterPage;
class HostServices;
class PluginRegistry;
class Scoreboard;
class TicketKeys;
class TlsMaterial;

// Everything a worker starts from; made by the zygote and inherited over the fork.
struct WorkerSetup {
    uint32_t slot = 0;  // stays the same when the worker is replaced
    uint32_t workers = 1;
    uint32_t row =
        0;  // of scoreboard and counters; no other living worker of any generation has it
    uint32_t connections_max = 1024;
    uint32_t files_max = 64;
    uint32_t handshakes_max = 512;
    uint64_t generation = 0;
    const Config* config = nullptr;
    CheckedConfig* checked = nullptr;
    PluginRegistry* plugins = nullptr;
    HostServices* services = nullptr;
    Scoreboard* scoreboard = nullptr;
    CounterPage* counters = nullptr;
    TicketKeys* tickets = nullptr;
    const TlsMaterial* tls = nullptr;
    // This slot's listening sockets, each with its index of Config::listeners. Usually one per
    // address.
    std::vector<std::pair<uint32_t, UniqueFd>> listeners;
    UniqueFd control;                                    // to the supervisor
    std::vector<std::string> quarantined;                // plugins that are not to be used
    std::vector<std::pair<std::string, UniqueFd>> logs;  // access logs that the supervisor opened
};

// Builds the loop, the services, the instances and the listeners, says READY on the control socket,
// accepts when it is told to serve, until it is told to stop; unloads the plugins. Returns the exit
// status of the process.
int run_worker(WorkerSetup setup);

}  // namespace berth
