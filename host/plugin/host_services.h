#pragma once

#include "berth/abi.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace berth {

class CounterPage;
class EventLoop;
class DocumentRoots;
class KeyValueTable;
class LogSinks;
class SharedRegions;
class StreamContext;

// What all processes of a server share; outlives the services. Null in programs that serve nothing.
struct SharedParts {
    SharedRegions* regions = nullptr;
    KeyValueTable* values = nullptr;
    const DocumentRoots* roots = nullptr;
};

// What a worker adds to the services once it has a loop; all of it outlives the services.
struct WorkerParts {
    EventLoop* loop = nullptr;
    CounterPage* counters = nullptr;
    LogSinks* sinks = nullptr;
    volatile uint32_t* stamp = nullptr;
    uint32_t slot = 0, workers = 1;
    uint32_t row = 0;  // of the counters
    uint64_t generation = 0;
    size_t files_max = 0;  // that berth.file/1 keeps open
};

// The host as plugins see it: the berth_host table and the extensions that the host itself
// provides. Made in the zygote before load(); a worker joins its loop to it after the fork. One per
// process, because functions of the ABI such as now_ms() carry no object.
class HostServices {
public:
    using ExtensionLookup = std::function<const void*(std::string_view id)>;
    using Complaint = std::function<void(const berth_cfg* where, std::string message)>;

    // of_plugins finds extensions that loaded plugins provide; complain receives what fail()
    // reports.
    HostServices(ExtensionLookup of_plugins, Complaint complain, const SharedParts& shared = {});
    ~HostServices();
    HostServices(const HostServices&) = delete;
    HostServices& operator=(const HostServices&) = delete;

    const berth_host* host() const;
    // Is this an extension of the host itself? For the order of loading.
    static bool provides(std::string_view id);

    // From here on the loop's functions work. Before: timers and the like answer BERTH_E_STATE.
    void enter_worker(const WorkerParts& parts);
    // Before the loop ends: timers, lookups and connects under way end without a call.
    void leave_worker();
    StreamContext& streams();
    void set_complaint(Complaint complain);

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace berth
