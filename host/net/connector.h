#pragma once

#include "net/connection.h"
#include "net/transport.h"

#include "berth/abi.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace berth {

class ConnectAttempt;
class EventLoop;
class Resolver;

struct ConnectTarget {
    std::string host;  // name, IPv4 or IPv6 literal, or "unix:/path"
    uint16_t port = 0;
    uint64_t timeout_ms = 5'000;           // names, connect and handshake together
    std::unique_ptr<Transport> transport;  // of the connection (TLS); null: plain
};

// Makes outgoing connections: finds the addresses of both families and tries them in turn, the next
// one as soon as one fails or 250 ms have passed (RFC 8305).
class Connector {
public:
    // Names an attempt under way; 0 is none. Never used twice, so a handle of one that has ended is
    // harmless.
    using Handle = uint64_t;
    // Called once, from the top of the loop. BERTH_OK: the connection, its handshake done; the
    // answer is who uses it from now on, null to close it. Otherwise BERTH_E_INVAL, BERTH_E_DNS,
    // BERTH_E_IO, BERTH_E_TLS or BERTH_E_TIMEOUT with null.
    using Done = std::function<ConnectionObserver*(berth_status, Connection*)>;

    // limits: of the connections made; outlive them.
    Connector(EventLoop& loop, Resolver& resolver, const ConnectionLimits& limits);
    // Attempts under way end without a call of done.
    ~Connector();
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    Handle connect(ConnectTarget target, Done done);
    // done will not be called; harmless for handles that have ended.
    void cancel(Handle handle);
    size_t pending() const { return attempts_.size(); }

private:
    friend class ConnectAttempt;
    EventLoop& loop_;
    Resolver& resolver_;
    const ConnectionLimits& limits_;
    Handle last_handle_ = 0;
    std::unordered_map<Handle, std::unique_ptr<ConnectAttempt>> attempts_;
};

}  // namespace berth
