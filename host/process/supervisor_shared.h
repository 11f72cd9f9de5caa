#pragma once

#include "base/unique_fd.h"
#include "process/admin_server.h"
#include "process/certificate_feed.h"
#include "process/signals.h"
#include "process/supervisor.h"
#include "tls/ticket_keys.h"

#include <memory>
#include <string>
#include <utility>

namespace berth {

// Made once the first configuration is known; what processes share by inheritance, and what belongs
// to the program as a whole.
struct Supervisor::Shared {
    Shared(Scoreboard board,
           std::unique_ptr<CounterPage> page,
           std::unique_ptr<TicketKeys> keys,
           SignalQueue queue,
           ZygoteProgram& program)
        : scoreboard(std::move(board)),
          counters(std::move(page)),
          tickets(std::move(keys)),
          signals(std::move(queue)),
          resources{program,
                    scoreboard,
                    *counters,
                    tickets.get(),
                    RowPool(static_cast<uint32_t>(scoreboard.size())),
                    {},
                    {}} {}

    Scoreboard scoreboard;
    std::unique_ptr<CounterPage> counters;
    std::unique_ptr<TicketKeys> tickets;
    SignalQueue signals;
    Resources resources;
    std::unique_ptr<AdminServer> admin;
    CertificateFeed certificates;
    UniqueFd log;
    std::string log_target;
    uint64_t started_ms = 0;
};

}  // namespace berth
