#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "berth/abi.h"
#include "net/connection.h"
#include "net/event_loop.h"
#include "net/resolver.h"
#include "net/transport.h"

namespace berth {

struct ConnectTarget {
    std::string host;  // name, IPv4 or IPv6 literal, or "unix:/path"
    uint16_t port = 0;
    uint64_t timeout_ms = 5'000;  // names, connect and handshake together
    ConnectionLimits limits;
    // Makes the transport of the connection (TLS); empty: plain.
    std::function<std::unique_ptr<Transport>()> transport;
};

// Makes outgoing connections: finds the addresses of both families and tries them in turn, a next one as
// soon as one fails or 250 ms have passed.
class Connector {
public:
    // Names an attempt under way; 0: none. A handle of one that ended is harmless.
    using Handle = uint64_t;
    // BERTH_OK with a connection whose handshake is done and that has no observer yet: the callee start()s it.
    // BERTH_E_DNS, BERTH_E_IO, BERTH_E_TLS, BERTH_E_TIMEOUT or BERTH_E_INVAL with NULL. From the top of the loop.
    using Done = std::function<void(berth_status, Connection*)>;

    Connector(EventLoop& loop, Resolver& resolver);
    ~Connector();
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    Handle connect(ConnectTarget target, Done done);
    void cancel(Handle handle);
    size_t in_flight() const;

private:
    class Attempt;
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace berth
