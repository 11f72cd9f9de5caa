#pragma once

#include "base/sys.h"
#include "base/unique_fd.h"
#include "net/bind_socket.h"
#include "net/socket_address.h"

#include <cerrno>

namespace berth::test {

inline UniqueFd listen_on_loopback(const char* address = "127.0.0.1") {
    return bind_socket(SocketAddress::ip(address, 0).value(), {}).value();
}

// A blocking client; invalid when the connect fails.
inline UniqueFd connect_to(const SocketAddress& address) {
    UniqueFd fd(sys().socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (sys().connect(fd.get(), address.data(), address.size()) != 0) {
        fd.reset();
    }
    return fd;
}

inline UniqueFd connect_to(const UniqueFd& listener) {
    return connect_to(SocketAddress::local_of(listener.get()));
}

// The peer has closed: a read finds the end or a reset, and does not wait.
inline bool is_closed(const UniqueFd& fd) {
    char byte = 0;
    const ssize_t got = sys().recv(fd.get(), &byte, 1, MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN);
}

}  // namespace berth::test
