#pragma once

#include "base/result.h"
#include "net/socket_address.h"

#include "berth/cpp/address.hpp"

#include <span>
#include <string>

namespace berth {

// Who may connect to a listener. deny wins; without an allow list everybody else is admitted. Peers
// on Unix sockets are admitted always: the mode of the socket's file decides about them.
class Acl {
public:
    Acl() = default;
    // Networks and addresses; an error names the text that is none.
    static Result<Acl> parse(std::span<const std::string> allow, std::span<const std::string> deny);

    bool admits(const SocketAddress& peer) const;

private:
    sdk::Networks allow_, deny_;
};

}  // namespace berth
