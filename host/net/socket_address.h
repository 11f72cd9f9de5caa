#pragma once

#include "base/result.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace berth {

// Where a socket is: IPv4, IPv6 or a Unix path. A value, as the kernel wants it.
class SocketAddress {
public:
    SocketAddress() = default;
    // A numeric address, IPv6 with or without brackets and with an optional zone ("fe80::1%eth0").
    static Result<SocketAddress> ip(std::string_view numeric, uint16_t port);
    static Result<SocketAddress> unix_path(std::string_view path);
    static SocketAddress from(const sockaddr* address, socklen_t size);
    // The address of the socket itself; empty when the kernel does not say.
    static SocketAddress local_of(int fd);

    const sockaddr* data() const;
    socklen_t size() const { return size_; }
    int family() const { return storage_.plain.sa_family; }
    bool is_unix() const { return family() == AF_UNIX; }
    bool is_ip() const { return family() == AF_INET || family() == AF_INET6; }
    bool is_loopback() const;
    uint16_t port() const;
    void set_port(uint16_t port);
    // 4 or 16 bytes; an IPv4 address mapped into IPv6 gives its 4. Empty for Unix sockets.
    std::span<const uint8_t> ip_bytes() const;
    // "127.0.0.1", "::1"; empty for Unix sockets.
    std::string ip_text() const;
    // The same without memory of its own.
    using IpText = std::array<char, 46>;  // INET6_ADDRSTRLEN
    std::string_view ip_text(IpText& into) const;
    // "127.0.0.1:80", "[::1]:80", "unix:/run/x.sock".
    std::string text() const;
    std::string_view path() const;

    bool operator==(const SocketAddress& other) const;

private:
    union Storage {
        sockaddr plain;
        sockaddr_in v4;
        sockaddr_in6 v6;
        sockaddr_un local;
    };
    Storage storage_{};
    socklen_t size_ = 0;
};

// The address of a peer in 24 bytes, for objects that are many; of a Unix path only the family is
// kept.
class PeerAddress {
public:
    PeerAddress() = default;
    explicit PeerAddress(const SocketAddress& address);
    SocketAddress expand() const;

private:
    uint8_t ip_[16] = {};
    uint32_t scope_ = 0;
    uint16_t port_ = 0;
    uint8_t family_ = AF_UNSPEC;
};

}  // namespace berth
