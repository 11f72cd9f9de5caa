#pragma once

#include "net/socket_address.h"
#include "net/transport.h"
#include "plugin/ticket_table.h"
#include "tls/tls_client.h"
#include "tls/tls_io.h"
#include "tls/tls_server.h"

#include "berth/stream.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace berth {

class ProtocolSession;

// What all streams of one worker share: the stamp of whose code runs, tickets, the buffers and
// clients of TLS, and the one conn_info that is filled in when somebody asks.
class StreamContext {
public:
    StreamContext(uint32_t worker, volatile uint32_t* stamp, TicketTable& tickets)
        : tickets_(tickets), stamp_(stamp), next_id_((static_cast<uint64_t>(worker) + 1) << 48) {}

    TicketTable& tickets() { return tickets_; }
    volatile uint32_t& stamp() { return *stamp_; }
    TlsIo& tls_io() { return tls_io_; }
    uint64_t next_id() { return next_id_++; }
    // Valid until the next call; needs no memory, because without an address anybody may be
    // trusted.
    const berth_conn_info& describe(const ProtocolSession& session, uint32_t listener, uint64_t id);
    // TLS as a plugin asks for it; null when it cannot be had. server: of the stream's listener.
    std::unique_ptr<Transport> make_transport(const berth_tls_opts& opts, TlsServer* server);

private:
    using ClientKey = std::pair<std::string, bool>;  // CA file, verify
    TlsClient* client_for(const berth_tls_opts& opts);

    TicketTable& tickets_;
    volatile uint32_t* stamp_;
    uint64_t next_id_;
    TlsIo tls_io_;
    std::map<ClientKey, std::unique_ptr<TlsClient>> clients_;
    berth_conn_info info_{};
    SocketAddress::IpText peer_, local_;
};

}  // namespace berth
