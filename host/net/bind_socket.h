#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "net/socket_address.h"

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace berth {

enum class SocketKind : uint8_t { kStream, kDatagram };

struct BindOptions {
    SocketKind kind = SocketKind::kStream;
    bool dual_stack = false;  // [::] also takes IPv4
    int backlog = 4096;
    mode_t unix_mode = 0666;
    bool joins = false;   // the caller's own sockets hold the address already
    bool listens = true;  // false: bound only, the caller calls listen()
};

// The addresses of a host as `listen` names it: numeric, "" (every address: [::], to be bound
// dual-stack, or 0.0.0.0 where there is no IPv6), or a name. Names ask the system's resolver, which
// may block: for start-up only.
Result<std::vector<SocketAddress>> listen_addresses(const std::string& host, uint16_t port);

// One socket per worker slot, bound to the same address, listening, non-blocking, closed on exec.
// Port 0: the first picks a free one, the rest follow. Unix sockets: one socket, duplicated. Errors
// name the address, the reason and, where it can be known, who holds the port.
Result<std::vector<UniqueFd>> bind_slots(const SocketAddress& address,
                                         const BindOptions& options,
                                         unsigned slots);

// Whether others listen on an IP address to which the caller has bound sockets that do not listen:
// of two servers that start at the same time each could bind. An error is as of bind_slots().
Status check_unused(const SocketAddress& address, const BindOptions& options);

// The same as bind_slots() for one.
Result<UniqueFd> bind_socket(const SocketAddress& address, const BindOptions& options);

}  // namespace berth
