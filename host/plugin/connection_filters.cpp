#include "plugin/connection_filters.h"

#include "plugin/stamp.h"

#include <algorithm>
#include <cstring>

namespace berth {
namespace {

constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr uint32_t kTimeoutMs = 3000;

berth_ip ip_of(const SocketAddress& address) {
    berth_ip ip{};
    const auto bytes = address.ip_bytes();
    if (bytes.size() == 4) {
        std::copy(std::begin(kMapped), std::end(kMapped), ip.b);
    }
    std::copy(bytes.begin(), bytes.end(), ip.b + sizeof(ip.b) - bytes.size());
    return ip;
}

SocketAddress address_of(const berth_ip& ip, uint16_t port) {
    if (std::memcmp(ip.b, kMapped, sizeof(kMapped)) == 0) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, ip.b + sizeof(kMapped), sizeof(v4.sin_addr));
        return SocketAddress::from(reinterpret_cast<const sockaddr*>(&v4), sizeof(v4));
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, ip.b, sizeof(v6.sin6_addr));
    return SocketAddress::from(reinterpret_cast<const sockaddr*>(&v6), sizeof(v6));
}

}  // namespace

FilteredPeer::FilteredPeer(const SocketAddress& peer, uint32_t listener) {
    conn.h = BERTH_HDR(berth_conn);
    conn.peer = ip_of(peer);
    conn.peer_port = peer.is_ip() ? peer.port() : uint16_t{0};
    conn.transport = peer.is_ip() ? BERTH_TRANSPORT_TCP : BERTH_TRANSPORT_UNIX;
    conn.listener = listener;
}

SocketAddress FilteredPeer::address(const SocketAddress& accepted) const {
    const FilteredPeer before(accepted, conn.listener);
    const bool same = std::memcmp(before.conn.peer.b, conn.peer.b, sizeof(conn.peer.b)) == 0 &&
                      before.conn.peer_port == conn.peer_port;
    return same ? accepted : address_of(conn.peer, conn.peer_port);
}

bool ConnectionFilters::may_read() const {
    return std::any_of(filters_.begin(), filters_.end(), [](const ConnectionFilter& filter) {
        return filter.ops != nullptr && filter.ops->on_bytes != nullptr;
    });
}

ConnectionFilters::Verdict ConnectionFilters::refuse(const ConnectionFilter& filter) {
    if (filter.refused != nullptr) {
        ++*filter.refused;
    }
    return Verdict::kClose;
}

ConnectionFilters::Verdict ConnectionFilters::accept(FilteredPeer& peer) const noexcept {
    for (; peer.next < filters_.size(); ++peer.next) {
        const ConnectionFilter& filter = filters_[peer.next];
        if (filter.ops == nullptr) {
            return refuse(filter);
        }
        const Stamp running(stamp_, filter.stamp);
        const berth_status status = filter.ops->on_accept(filter.inst, &peer.conn);
        if (status == BERTH_MORE && filter.ops->on_bytes != nullptr) {
            return Verdict::kMore;
        }
        if (status != BERTH_OK) {
            return refuse(filter);
        }
    }
    return Verdict::kPass;
}

ConnectionFilters::Verdict ConnectionFilters::show(FilteredPeer& peer,
                                                   std::span<const uint8_t> bytes,
                                                   size_t& used) const noexcept {
    const ConnectionFilter& filter = filters_[peer.next];
    const Stamp running(stamp_, filter.stamp);
    used = 0;
    const berth_status status =
        filter.ops->on_bytes(filter.inst, &peer.conn, bytes.data(), bytes.size(), &used);
    if (status == BERTH_MORE) {
        return bytes.size() < bytes_max(peer) ? Verdict::kMore : refuse(filter);
    }
    if (status != BERTH_OK || used > bytes.size()) {
        return refuse(filter);
    }
    ++peer.next;
    return Verdict::kPass;
}

size_t ConnectionFilters::bytes_max(const FilteredPeer& peer) const {
    return std::clamp(filters_[peer.next].ops->bytes_max, 1u, BERTH_CONN_BYTES_MAX);
}

uint32_t ConnectionFilters::timeout_ms(const FilteredPeer& peer) const {
    const uint32_t wanted = filters_[peer.next].ops->timeout_ms;
    return wanted == 0 ? kTimeoutMs : wanted;
}

}  // namespace berth
