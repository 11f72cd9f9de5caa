#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "process/listener_table.h"
#include "process/resources.h"
#include "process/snapshot.h"
#include "process/worker.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace berth {

// What the processes of a generation do. The real one loads plugins; tests have their own.
class ZygoteProgram {
public:
    virtual ~ZygoteProgram() = default;
    // In the zygote, once, without privileges: loads, checks, prepares. The result tells crash
    // reports who is who: one line `number plugin` per instance, and names log files: `log path`.
    // Error: all diagnostics, and the exit code for them. step: told what begins next ("loading
    // acme/geo"), so that a crash or hang has a culprit.
    using Step = std::function<void(const std::string& what)>;
    virtual Result<std::string> prepare(const Snapshot& snapshot, const Step& step) = 0;
    // In a worker, forked from that zygote. Returns the exit status.
    virtual int work(WorkerSetup setup) = 0;
};

struct ZygoteSetup {
    uint64_t generation = 0;
    const Snapshot* snapshot = nullptr;
    const Resources* resources = nullptr;
    ListenerTable::Slots listeners;  // owned from here on
    UniqueFd control;                // to the supervisor
};

// The life of a zygote, in a new child of the supervisor: drops privileges, prepares, forks workers
// on command and reports their ends. Returns the exit status of the process, in the zygote or in a
// worker of it.
int run_zygote(ZygoteSetup setup);

}  // namespace berth
