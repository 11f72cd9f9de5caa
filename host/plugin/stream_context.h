#pragma once

#include <array>
#include <cstdint>

#include "berth/stream.h"
#include "plugin/ticket_table.h"

namespace berth {

class ProtocolSession;
class TlsClient;

// What all streams of one worker share: the stamp of whose code runs, tickets, and the one conn_info that
// is filled in when somebody asks.
class StreamContext {
public:
    StreamContext(uint32_t worker, volatile uint32_t* stamp, TicketTable& tickets)
        : tickets_(tickets), stamp_(stamp), next_id_((static_cast<uint64_t>(worker) + 1) << 48) {}

    TicketTable& tickets() { return tickets_; }
    volatile uint32_t& stamp() { return *stamp_; }
    uint64_t next_id() { return next_id_++; }
    const berth_conn_info& describe(const ProtocolSession& session, uint32_t listener, uint64_t id);

private:
    TicketTable& tickets_;
    volatile uint32_t* stamp_;
    uint64_t next_id_;
    berth_conn_info info_{};
    std::array<char, 64> peer_{}, local_{};
};

}  // namespace berth
