#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>

namespace berth {

// Room for the control message that names the interface of a datagram (IP_PKTINFO, IPV6_PKTINFO).
struct PacketInfo {
    alignas(cmsghdr)
        std::array<uint8_t,
                   CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(in_pktinfo))> bytes{};
};

// The interface that a datagram came in on; 0 when the kernel did not say.
uint32_t interface_of(const msghdr& received);

// Has the datagram leave through that interface. ipv6: of the peer's address, not of the socket.
void set_interface(msghdr& outgoing, PacketInfo& room, uint32_t interface, bool ipv6);

}  // namespace berth
