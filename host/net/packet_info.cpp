#include "net/packet_info.h"

#include <cstring>

namespace berth {
namespace {

template <class Info>
Info content_of(const cmsghdr* message) {
    Info info{};
    std::memcpy(&info, CMSG_DATA(message), sizeof(info));
    return info;
}

template <class Info>
void put(msghdr& outgoing, PacketInfo& room, int level, int type, const Info& info) {
    outgoing.msg_control = room.bytes.data();
    outgoing.msg_controllen = CMSG_SPACE(sizeof(info));
    cmsghdr* message = CMSG_FIRSTHDR(&outgoing);
    message->cmsg_level = level;
    message->cmsg_type = type;
    message->cmsg_len = CMSG_LEN(sizeof(info));
    std::memcpy(CMSG_DATA(message), &info, sizeof(info));
}

}  // namespace

uint32_t interface_of(const msghdr& received) {
    msghdr header = received;  // CMSG_NXTHDR takes no const
    for (cmsghdr* each = CMSG_FIRSTHDR(&header); each != nullptr;
         each = CMSG_NXTHDR(&header, each)) {
        if (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_PKTINFO) {
            return static_cast<uint32_t>(content_of<in6_pktinfo>(each).ipi6_ifindex);
        }
        if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_PKTINFO) {
            return static_cast<uint32_t>(content_of<in_pktinfo>(each).ipi_ifindex);
        }
    }
    return 0;
}

void set_interface(msghdr& outgoing, PacketInfo& room, uint32_t interface, bool ipv6) {
    if (ipv6) {
        in6_pktinfo info{};
        info.ipi6_ifindex = interface;
        put(outgoing, room, IPPROTO_IPV6, IPV6_PKTINFO, info);
        return;
    }
    in_pktinfo info{};
    info.ipi_ifindex = static_cast<int>(interface);
    put(outgoing, room, IPPROTO_IP, IP_PKTINFO, info);
}

}  // namespace berth
