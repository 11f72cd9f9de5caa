#include "net/listener.h"

#include "base/log.h"
#include "base/sys.h"
#include "net/event_loop.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>
#include <utility>

namespace berth {
namespace {

void count(uint64_t* cell) {
    if (cell != nullptr) {
        ++*cell;
    }
}

UniqueFd open_reserve() {
    return UniqueFd(sys().open("/dev/null", O_RDONLY | O_CLOEXEC, 0));
}

struct Accepted {
    UniqueFd fd;
    SocketAddress peer;
};

Accepted accept_from(int listener) {
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    auto* address = reinterpret_cast<sockaddr*>(&peer);
    UniqueFd fd(sys().accept4(listener, address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
        return {};
    }
    return {std::move(fd), SocketAddress::from(address, size)};
}

}  // namespace

Listener::Listener(
    EventLoop& loop, Admission& admission, UniqueFd fd, Acl acl, const Options& options)
    : loop_(loop),
      admission_(admission),
      fd_(std::move(fd)),
      reserve_(open_reserve()),
      acl_(std::move(acl)),
      options_(options) {
    admission_.add(*this);
    loop_.timers().enter();
}

Listener::~Listener() {
    close();
    loop_.timers().leave(*this);
    admission_.remove(*this);
}

Status Listener::start(OnAccept on_accept) {
    on_accept_ = std::move(on_accept);
    return watch();
}

void Listener::pause() {
    paused_ = true;
    unwatch();
}

void Listener::resume() {
    paused_ = false;
    watch_again();
}

void Listener::close() {
    unwatch();
    loop_.timers().cancel(*this);
    fd_.reset();
    reserve_.reset();
}

void Listener::on_ready(uint32_t) {
    for (uint32_t taken = 0; taken < options_.batch_max; ++taken) {
        if (!watching_ || !gate_is_open()) {
            return;
        }
        switch (accept_one()) {
            case Step::kNext:
                break;
            case Step::kDrained:
                return;
            case Step::kRest:
                rest();
                return;
        }
    }
    // More may wait. Watching anew has them reported in the next turn, by edge-triggered pollers as
    // well.
    unwatch();
    watch_again();
}

void Listener::on_timer() {
    watch_again();
}

// May come from anywhere, so it only asks to be told of what waits.
void Listener::on_gate_open() {
    watch_again();
}

Listener::Step Listener::accept_one() {
    Accepted accepted = accept_from(fd_.get());
    if (!accepted.fd) {
        return accept_failed(errno);
    }
    exhausted_ = false;
    try {
        hand_over(std::move(accepted.fd), accepted.peer);
    } catch (const std::bad_alloc&) {
        count(options_.counters.errors);
        return Step::kRest;
    }
    return Step::kNext;
}

Listener::Step Listener::accept_failed(int error) {
    switch (error) {
        case EAGAIN:
            return Step::kDrained;
        case EMFILE:
        case ENFILE:
            count(options_.counters.descriptors_hits);
            shed_one();
            return Step::kRest;
        case ENOBUFS:
        case ENOMEM:
        case EBADF:
        case EINVAL:
        case ENOTSOCK:
            count(options_.counters.errors);
            return Step::kRest;
        case ECONNABORTED:
        case EINTR:
            return Step::kNext;
        default:
            // An error of the new connection's network that Linux reports here (accept(2)).
            count(options_.counters.errors);
            return Step::kNext;
    }
}

void Listener::hand_over(UniqueFd connection, const SocketAddress& peer) {
    if (!acl_.admits(peer)) {
        count(options_.counters.denied);
        return;
    }
    ConnectionSlot slot = admission_.admit(peer, options_.per_address);
    if (!slot) {
        count(options_.counters.per_address_hits);
        return;
    }
    count(options_.counters.accepted);
    on_accept_(std::move(connection), peer, std::move(slot));
}

bool Listener::gate_is_open() {
    switch (admission_.gate()) {
        case Admission::Gate::kOpen:
            return true;
        case Admission::Gate::kConnections:
            count(options_.counters.connections_hits);
            break;
        case Admission::Gate::kHandshakes:
            count(options_.counters.handshakes_hits);
            break;
    }
    unwatch();
    return false;
}

// One client learns at once that it is not served; the others wait in the kernel's queue.
void Listener::shed_one() {
    if (!std::exchange(exhausted_, true)) {
        log_warning("no descriptor is left for new connections; raise the limit of open files");
    }
    reserve_.reset();
    accept_from(fd_.get()).fd.reset();
    reserve_ = open_reserve();
}

void Listener::rest() {
    unwatch();
    loop_.timers().set(*this, loop_.now_ms() + kRestMs);
}

Status Listener::watch() {
    if (watching_ || paused_ || armed() || !fd_ || !on_accept_) {
        return Done{};
    }
    Status status = loop_.poller().add(fd_.get(), *this, kReadable);
    watching_ = status.ok();
    return status;
}

void Listener::watch_again() {
    if (!watch()) {
        count(options_.counters.errors);
        rest();
    }
}

void Listener::unwatch() {
    if (std::exchange(watching_, false)) {
        loop_.poller().remove(fd_.get(), *this);
    }
}

}  // namespace berth
