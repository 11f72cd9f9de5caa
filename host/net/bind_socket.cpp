#include "net/bind_socket.h"

#include "base/sys.h"
#include "net/port_holder.h"
#include "net/unix_path.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>

namespace berth {
namespace {

std::string errno_text(int code) {
    return std::generic_category().message(code);
}

std::string reason_in_use(const SocketAddress& address, const BindOptions& options) {
    const auto holder = find_port_holder(address.port(), options.kind == SocketKind::kStream);
    return holder ? "the port is in use by " + holder->text()
                  : "the port is in use by another process";
}

std::string reason_of(int code, const SocketAddress& address, const BindOptions& options) {
    switch (code) {
        case EADDRINUSE:
            return reason_in_use(address, options);
        case EADDRNOTAVAIL:
            return "this machine has no such address";
        case EACCES:
            return "ports below 1024 need root or the capability CAP_NET_BIND_SERVICE";
        case EAFNOSUPPORT:
            return "this machine has no IPv6";
        default:
            return errno_text(code);
    }
}

Error cannot_listen(const SocketAddress& address, const std::string& reason, int code) {
    return {"cannot listen on " + address.text() + ": " + reason, code};
}

Error failed(int code, const SocketAddress& address, const BindOptions& options) {
    return cannot_listen(address, reason_of(code, address, options), code);
}

bool enable(int fd, int level, int option) {
    const int on = 1;
    return sys().setsockopt(fd, level, option, &on, sizeof(on)) == 0;
}

bool set_ip_options(int fd, const SocketAddress& address, const BindOptions& options) {
    const bool ipv6 = address.family() == AF_INET6;
    const int only = options.dual_stack ? 0 : 1;
    if (ipv6 && sys().setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only)) != 0) {
        return false;
    }
    if (options.kind == SocketKind::kStream) {
        // Accepted sockets inherit these, which saves two calls for each.
        return enable(fd, SOL_SOCKET, SO_REUSEADDR) && enable(fd, IPPROTO_TCP, TCP_NODELAY) &&
               enable(fd, SOL_SOCKET, SO_KEEPALIVE);
    }
    // Which interface a datagram came in on.
    return enable(fd, IPPROTO_IP, IP_PKTINFO) &&
           (!ipv6 || enable(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO));
}

UniqueFd open_socket(int family, SocketKind kind) {
    const int type = kind == SocketKind::kStream ? SOCK_STREAM : SOCK_DGRAM;
    return UniqueFd(sys().socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

// A bound socket. shared: others may bind the same address with SO_REUSEPORT.
Result<UniqueFd> bind_ip(const SocketAddress& address, const BindOptions& options, bool shared) {
    UniqueFd fd = open_socket(address.family(), options.kind);
    if (!fd || !set_ip_options(fd.get(), address, options) ||
        (shared && !enable(fd.get(), SOL_SOCKET, SO_REUSEPORT)) ||
        sys().bind(fd.get(), address.data(), address.size()) != 0) {
        return failed(errno, address, options);
    }
    return fd;
}

// SO_REUSEPORT lets another server of the same user share the port unnoticed. A socket without it
// finds out.
std::optional<Error> find_holder(const SocketAddress& address, const BindOptions& options) {
    auto probe = bind_ip(address, options, false);
    return probe ? std::nullopt : std::optional(probe.error());
}

Result<std::vector<UniqueFd>> bind_ip_slots(SocketAddress address,
                                            const BindOptions& options,
                                            unsigned slots) {
    if (address.port() != 0 && !options.joins) {
        if (auto error = find_holder(address, options)) {
            return *error;
        }
    }
    std::vector<UniqueFd> sockets;
    while (sockets.size() < slots) {
        auto socket = bind_ip(address, options, true);
        if (!socket) {
            return socket.error();
        }
        if (options.kind == SocketKind::kStream && options.listens &&
            sys().listen(socket.value().get(), options.backlog) != 0) {
            return failed(errno, address, options);
        }
        address.set_port(SocketAddress::local_of(socket.value().get()).port());
        sockets.push_back(std::move(socket).value());
    }
    return sockets;
}

Result<std::vector<UniqueFd>> bind_unix_slots(const SocketAddress& address,
                                              const BindOptions& options,
                                              unsigned slots) {
    auto first = bind_unix_path(
        address, options.kind == SocketKind::kStream ? SOCK_STREAM : SOCK_DGRAM, options.unix_mode);
    if (!first) {
        return cannot_listen(address, first.error().message, first.error().code);
    }
    std::vector<UniqueFd> sockets;
    sockets.push_back(std::move(first).value());
    const int fd = sockets.front().get();
    if (options.kind == SocketKind::kStream && options.listens &&
        sys().listen(fd, options.backlog) != 0) {
        return cannot_listen(address, errno_text(errno), errno);
    }
    while (sockets.size() < slots) {
        UniqueFd copy(sys().fcntl(fd, F_DUPFD_CLOEXEC, 0));
        if (!copy) {
            return cannot_listen(address, errno_text(errno), errno);
        }
        sockets.push_back(std::move(copy));
    }
    return sockets;
}

Result<std::vector<SocketAddress>> named_addresses(const std::string& host, uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0) {
        return Error{"cannot listen on " + host + ": no address is known for this name (" +
                     gai_strerror(error) + ")"};
    }
    std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
    std::vector<SocketAddress> addresses;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        addresses.push_back(SocketAddress::from(each->ai_addr, each->ai_addrlen));
    }
    return addresses;
}

}  // namespace

Result<std::vector<SocketAddress>> listen_addresses(const std::string& host, uint16_t port) {
    if (host.empty()) {
        const bool ipv6 = open_socket(AF_INET6, SocketKind::kStream).valid();
        return std::vector{SocketAddress::ip(ipv6 ? "::" : "0.0.0.0", port).value()};
    }
    if (auto numeric = SocketAddress::ip(host, port)) {
        return std::vector{numeric.value()};
    }
    return named_addresses(host, port);
}

Result<std::vector<UniqueFd>> bind_slots(const SocketAddress& address,
                                         const BindOptions& options,
                                         unsigned slots) {
    return address.is_unix() ? bind_unix_slots(address, options, slots)
                             : bind_ip_slots(address, options, slots);
}

Status check_unused(const SocketAddress& address, const BindOptions& options) {
    auto error = find_holder(address, options);
    return error ? Status(*error) : Status(Done{});
}

Result<UniqueFd> bind_socket(const SocketAddress& address, const BindOptions& options) {
    auto sockets = bind_slots(address, options, 1);
    if (!sockets) {
        return sockets.error();
    }
    return std::move(sockets.value().front());
}

}  // namespace berth
