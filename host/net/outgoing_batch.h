#pragma once

#include "net/packet_info.h"

#include "berth/protocol.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <span>

namespace berth {

// The leading datagrams of a list as one sendmmsg(): as many as one call takes, up to the first
// whose peer is no numeric address.
class OutgoingBatch {
public:
    static constexpr size_t kMax = 32;

    // ipv6_socket: IPv4 peers are written as IPv6 has them.
    OutgoingBatch(std::span<const berth_dgram> datagrams, bool ipv6_socket);
    OutgoingBatch(const OutgoingBatch&) = delete;
    OutgoingBatch& operator=(const OutgoingBatch&) = delete;

    // How many the socket took; -1 and errno (EINVAL: the first one's address).
    int send(int fd);

private:
    bool add(const berth_dgram& datagram, bool ipv6_socket);

    std::array<mmsghdr, kMax> headers_{};
    std::array<iovec, kMax> pieces_{};
    std::array<sockaddr_storage, kMax> peers_{};
    std::array<PacketInfo, kMax> infos_{};
    size_t count_ = 0;
};

}  // namespace berth
