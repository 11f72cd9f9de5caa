#pragma once

#include "config/config.h"
#include "net/listener.h"
#include "plugin/filtered_sockets.h"
#include "plugin/protocol_session.h"
#include "tls/tls_server.h"

#include <memory>

namespace berth {

// One listening address in one worker: its socket, who may connect, its certificates, and the
// protocol instance that serves it.
class ListenPoint {
public:
    // An endpoint without ops, of a protocol that is quarantined: each connection is closed at
    // once.
    ListenPoint(EventLoop& loop,
                StreamContext& streams,
                Admission& admission,
                const ProtocolEndpoint& endpoint,
                const SiteLimits& limits);

    // Of what connections do against limits.
    void use_counters(const ConnectionLimits::Counters& counters);
    // Certificates for TLS and STARTTLS; with `at_once` a handshake comes first on each connection.
    void use_tls(std::unique_ptr<TlsServer> server, bool at_once);
    // Who decides about connections before they begin.
    void use_filters(ConnectionFilters filters, const FilteredSockets::Counters& counters);
    void take(UniqueFd socket, Acl acl, const ListenerCounters& counters);
    // Begins to accept on the socket that it took.
    Status start();
    void close();
    TlsServer* tls() const { return tls_.get(); }
    // Accepted connections about which a filter has not decided yet.
    size_t undecided() const { return filtered_ == nullptr ? 0 : filtered_->waiting(); }

private:
    bool has_late_peers() const;
    void passed(UniqueFd fd, const SocketAddress& peer, ConnectionSlot slot);
    void open(UniqueFd fd, const SocketAddress& peer, ConnectionSlot slot);

    EventLoop& loop_;
    StreamContext& streams_;
    Admission admission_;  // this listener's part of the worker's
    ProtocolEndpoint endpoint_;
    const SiteLimits& limits_;
    ConnectionLimits connection_limits_;
    std::unique_ptr<TlsServer> tls_;
    std::unique_ptr<FilteredSockets> filtered_;  // null: no filters
    std::unique_ptr<Listener> listener_;
    uint64_t* per_address_hits_ = nullptr;
    bool tls_at_once_ = false;
};

}  // namespace berth
