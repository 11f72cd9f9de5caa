#include "net/connecting_socket.h"

#include "base/sys.h"
#include "net/event_loop.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace berth {

ConnectingSocket::ConnectingSocket(EventLoop& loop,
                                   const SocketAddress& address,
                                   Observer& observer)
    : loop_(loop), address_(address), observer_(observer) {}

ConnectingSocket::~ConnectingSocket() {
    unwatch();
}

bool ConnectingSocket::start() {
    fd_ = UniqueFd(sys().socket(address_.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd_) {
        return false;
    }
    if (address_.is_ip()) {
        const int on = 1;
        sys().setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        sys().setsockopt(fd_.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    }
    // A socket that is connected at once becomes writable, too: one way to the end. EINTR leaves
    // the connect under way (connect(2)); EAGAIN of a Unix socket means that the other side's queue
    // is full.
    if (sys().connect(fd_.get(), address_.data(), address_.size()) != 0 && errno != EINPROGRESS &&
        errno != EINTR) {
        return false;
    }
    watched_ = loop_.poller().add(fd_.get(), *this, kWritable).ok();
    return watched_;
}

UniqueFd ConnectingSocket::take() {
    unwatch();
    return std::move(fd_);
}

void ConnectingSocket::on_ready(uint32_t ready) {
    if ((ready & (kWritable | kHangUp | kFailed)) == 0) {
        return;
    }
    int error = 0;
    socklen_t size = sizeof(error);
    if (sys().getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
        error = errno;
    }
    unwatch();
    observer_.on_connect(*this, error == 0);
}

void ConnectingSocket::unwatch() {
    if (std::exchange(watched_, false)) {
        loop_.poller().remove(fd_.get(), *this);
    }
}

}  // namespace berth
