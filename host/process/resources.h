#pragma once

#include "base/counter_page.h"
#include "process/privileges.h"
#include "process/quarantine.h"
#include "process/scoreboard.h"

#include <cstdint>
#include <string>
#include <vector>

namespace berth {

class TicketKeys;
class ZygoteProgram;

// Rows of scoreboard and counter page that no worker uses.
class RowPool {
public:
    explicit RowPool(uint32_t rows);
    // UINT32_MAX when all are taken.
    uint32_t take();
    void give_back(uint32_t row);

private:
    std::vector<uint32_t> free_;
};

// What outlives generations and is shared by all of them.
struct Resources {
    ZygoteProgram& program;
    Scoreboard& scoreboard;
    CounterPage& counters;
    TicketKeys* tickets = nullptr;
    RowPool rows;
    Quarantine quarantine;

    // The supervisor's own counters have the last row of the page.
    void count(const std::string& name) { ++*counters.cell(counters.slots() - 1, name); }

    Identity identity;
    bool root_allowed = false;
    uint64_t descriptors = 1024;  // RLIMIT_NOFILE
    int log_fd = -1;              // stays open in children, -1: stderr
    uint32_t watchdog_ms = 10'000;
    uint32_t start_timeout_ms = 30'000;
};

}  // namespace berth
