#include "net/outgoing_batch.h"

#include "base/sys.h"
#include "net/socket_address.h"

#include <netinet/in.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace berth {
namespace {

// ::ffff:a.b.c.d
SocketAddress mapped(const SocketAddress& ipv4) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(ipv4.port());
    address.sin6_addr.s6_addr[10] = 0xff;
    address.sin6_addr.s6_addr[11] = 0xff;
    std::memcpy(address.sin6_addr.s6_addr + 12, ipv4.ip_bytes().data(), 4);
    return SocketAddress::from(reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

}  // namespace

OutgoingBatch::OutgoingBatch(std::span<const berth_dgram> datagrams, bool ipv6_socket) {
    while (count_ < kMax && count_ < datagrams.size() && add(datagrams[count_], ipv6_socket)) {
        ++count_;
    }
}

bool OutgoingBatch::add(const berth_dgram& datagram, bool ipv6_socket) {
    auto parsed =
        SocketAddress::ip(std::string_view(datagram.peer.p, datagram.peer.n), datagram.port);
    if (!parsed) {
        return false;
    }
    SocketAddress peer = parsed.value();
    const bool ipv4 = peer.ip_bytes().size() == 4;
    if (ipv6_socket && peer.family() == AF_INET) {
        peer = mapped(peer);
    }
    std::memcpy(&peers_[count_], peer.data(), peer.size());
    pieces_[count_] = {const_cast<uint8_t*>(datagram.p), datagram.n};
    msghdr& header = headers_[count_].msg_hdr;
    header.msg_name = &peers_[count_];
    header.msg_namelen = peer.size();
    header.msg_iov = &pieces_[count_];
    header.msg_iovlen = 1;
    if (datagram.ifindex != 0) {
        set_interface(header, infos_[count_], datagram.ifindex, !ipv4);
    }
    return true;
}

int OutgoingBatch::send(int fd) {
    if (count_ == 0) {
        errno = EINVAL;
        return -1;
    }
    return sys().sendmmsg(
        fd, headers_.data(), static_cast<unsigned>(count_), MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace berth
