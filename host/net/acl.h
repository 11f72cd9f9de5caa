#pragma once

#include "net/address_set.h"

namespace berth {

// Who may connect to a listener. deny wins; without an allow list everybody else is admitted. Peers
// on Unix sockets are admitted always: the mode of the socket's file decides about them.
class Acl {
public:
    Acl() = default;
    static Result<Acl> parse(std::span<const std::string> allow, std::span<const std::string> deny);

    bool admits(const SocketAddress& peer) const;

private:
    AddressSet allow_, deny_;
};

}  // namespace berth
