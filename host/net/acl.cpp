#include "net/acl.h"

namespace berth {

Result<Acl> Acl::parse(std::span<const std::string> allow, std::span<const std::string> deny) {
    auto allowed = AddressSet::parse(allow);
    if (!allowed) {
        return allowed.error();
    }
    auto denied = AddressSet::parse(deny);
    if (!denied) {
        return denied.error();
    }
    Acl acl;
    acl.allow_ = std::move(allowed).value();
    acl.deny_ = std::move(denied).value();
    return acl;
}

bool Acl::admits(const SocketAddress& peer) const {
    if (peer.is_unix()) {
        return true;
    }
    return !deny_.contains(peer) && (allow_.empty() || allow_.contains(peer));
}

}  // namespace berth
