#pragma once

#include "config/config.h"
#include "net/listener.h"
#include "plugin/protocol_session.h"
#include "tls/tls_server.h"

#include <memory>

namespace berth {

// One listening address in one worker: its socket, who may connect, its certificates, and the
// protocol instance that serves it.
class ListenPoint {
public:
    ListenPoint(EventLoop& loop,
                StreamContext& streams,
                Admission& admission,
                const ProtocolEndpoint& endpoint,
                const SiteLimits& limits);

    // Certificates for TLS and STARTTLS; with `at_once` a handshake comes first on each connection.
    void use_tls(std::unique_ptr<TlsServer> server, bool at_once);
    Status start(UniqueFd socket, Acl acl, const ListenerCounters& counters);
    void close();
    TlsServer* tls() const { return tls_.get(); }

private:
    void accepted(UniqueFd fd, const SocketAddress& peer, ConnectionSlot slot);

    EventLoop& loop_;
    StreamContext& streams_;
    Admission admission_;  // this listener's part of the worker's
    ProtocolEndpoint endpoint_;
    const SiteLimits& limits_;
    ConnectionLimits connection_limits_;
    std::unique_ptr<TlsServer> tls_;
    std::unique_ptr<Listener> listener_;
    bool tls_at_once_ = false;
};

}  // namespace berth
