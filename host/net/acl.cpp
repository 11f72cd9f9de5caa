#include "net/acl.h"

#include <algorithm>

namespace berth {
namespace {

Status add_all(std::span<const std::string> texts, sdk::Networks& networks) {
    for (const std::string& text : texts) {
        if (const char* problem = networks.add(text)) {
            return Error{"'" + text + "' " + problem};
        }
    }
    return Done{};
}

berth_ip ip_of(const SocketAddress& address) {
    const auto bytes = address.ip_bytes();
    if (bytes.size() == 4) {
        return sdk::ipv4(bytes.data());
    }
    berth_ip ip{};
    std::copy(bytes.begin(), bytes.end(), ip.b);
    return ip;
}

}  // namespace

Result<Acl> Acl::parse(std::span<const std::string> allow, std::span<const std::string> deny) {
    Acl acl;
    if (Status added = add_all(allow, acl.allow_); !added) {
        return added.error();
    }
    if (Status added = add_all(deny, acl.deny_); !added) {
        return added.error();
    }
    return acl;
}

bool Acl::admits(const SocketAddress& peer) const {
    if (peer.is_unix()) {
        return true;
    }
    const berth_ip ip = ip_of(peer);
    return !deny_.contains(ip) && (allow_.empty() || allow_.contains(ip));
}

}  // namespace berth
