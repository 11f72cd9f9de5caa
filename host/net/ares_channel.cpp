#include "net/ares_channel.h"

#include "base/sys.h"
#include "net/event_loop.h"
#include "net/poller.h"

#include "berth/net.h"

#include <ares.h>
#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

namespace berth {
namespace {

constexpr int kClassInternet = 1;  // RFC 1035 3.2.4

// The system calls of c-ares.
ares_socket_t open_socket(int family, int type, int protocol, void*) {
    return sys().socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
}
int close_socket(ares_socket_t fd, void*) {
    return sys().close(fd);
}
int connect_socket(ares_socket_t fd, const sockaddr* address, ares_socklen_t size, void*) {
    return sys().connect(fd, address, size);
}
ares_ssize_t receive(ares_socket_t fd,
                     void* into,
                     size_t size,
                     int flags,
                     sockaddr* from,
                     ares_socklen_t* from_size,
                     void*) {
    iovec piece{into, size};
    msghdr message{};
    message.msg_name = from;
    message.msg_namelen = from_size == nullptr ? 0 : *from_size;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    const ssize_t received = sys().recvmsg(fd, &message, flags);
    if (from_size != nullptr) {
        *from_size = message.msg_namelen;
    }
    return received;
}
ares_ssize_t send_pieces(ares_socket_t fd, const iovec* pieces, int count, void*) {
    return sys().writev(fd, pieces, count);
}
constexpr ares_socket_functions kSocketFunctions = {
    open_socket, close_socket, connect_socket, receive, send_pieces};

std::string text_of(const sockaddr* address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes =
        address->sa_family == AF_INET
            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(address)->sin_addr)
            : static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr);
    return inet_ntop(address->sa_family, bytes, text.data(), text.size());
}

}  // namespace

struct AresChannel::Query {
    AresChannel& channel;
    uint16_t type;
    Done done;
};

// A socket of c-ares in our poller.
class AresChannel::Socket final : public Watcher {
public:
    Socket(AresChannel& channel, int fd) : channel_(channel), fd_(fd) {}
    ~Socket() { unwatch(); }

    void want(uint32_t interest) {
        unwatch();
        interest_ = interest;
        watched_ = channel_.loop_.poller().add(fd_, *this, interest).ok();
    }
    // c-ares does not always read until EAGAIN: have the poller look again.
    void look_again() { want(interest_); }

private:
    void on_ready(uint32_t ready) override {
        const bool failed = (ready & (kHangUp | kFailed)) != 0;
        const bool readable = failed || (ready & interest_ & kReadable) != 0;
        const bool writable = (ready & interest_ & kWritable) != 0;
        if (readable || writable) {
            // May be the end of this object.
            channel_.process(readable ? fd_ : ARES_SOCKET_BAD, writable ? fd_ : ARES_SOCKET_BAD);
        }
    }
    void unwatch() {
        if (std::exchange(watched_, false)) {
            channel_.loop_.poller().remove(fd_, *this);
        }
    }

    AresChannel& channel_;
    const int fd_;
    uint32_t interest_ = 0;
    bool watched_ = false;
};

Result<std::unique_ptr<AresChannel>> AresChannel::make(EventLoop& loop, const Settings& settings) {
    std::unique_ptr<AresChannel> channel(new AresChannel(loop));
    Status opened = channel->open(settings);
    if (!opened) {
        return opened.error();
    }
    return channel;
}

AresChannel::AresChannel(EventLoop& loop)
    : loop_(loop), timer_(loop.timers(), [this] { process(ARES_SOCKET_BAD, ARES_SOCKET_BAD); }) {}

Status AresChannel::open(const Settings& settings) {
    ares_options options{};
    options.timeout = settings.timeout_ms;
    options.tries = settings.tries;
    options.sock_state_cb = on_socket;
    options.sock_state_cb_data = this;
    int status = ares_init_options(
        &channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    if (status == ARES_SUCCESS && !settings.servers.empty()) {
        status = ares_set_servers_ports_csv(channel_, settings.servers.c_str());
    }
    if (status != ARES_SUCCESS) {
        return Error{std::string("cannot set up the DNS resolver: ") + ares_strerror(status)};
    }
    ares_set_socket_functions(channel_, &kSocketFunctions, nullptr);
    return berth::Done{};
}

AresChannel::~AresChannel() {
    if (channel_ != nullptr) {
        ares_destroy(channel_);
    }
}

void AresChannel::ask(const std::string& name, uint16_t type, Done done) {
    auto query = std::make_unique<Query>(Query{*this, type, std::move(done)});
    ++in_flight_;
    if (type == BERTH_RR_A || type == BERTH_RR_AAAA) {
        ares_addrinfo_hints hints{};
        hints.ai_family = type == BERTH_RR_A ? AF_INET : AF_INET6;
        hints.ai_flags = ARES_AI_NOSORT;
        ares_getaddrinfo(channel_, name.c_str(), nullptr, &hints, on_addresses, query.release());
    } else {
        ares_query(channel_, name.c_str(), kClassInternet, type, on_message, query.release());
    }
    set_timer();
}

void AresChannel::on_socket(void* self, int fd, int readable, int writable) {
    auto& sockets = static_cast<AresChannel*>(self)->sockets_;
    if (readable == 0 && writable == 0) {
        sockets.erase(fd);
        return;
    }
    auto& socket = sockets[fd];
    if (socket == nullptr) {
        socket = std::make_unique<Socket>(*static_cast<AresChannel*>(self), fd);
    }
    socket->want((readable != 0 ? kReadable : 0U) | (writable != 0 ? kWritable : 0U));
}

void AresChannel::on_addresses(void* context, int status, int, ares_addrinfo* found) {
    const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> owner(found,
                                                                             ares_freeaddrinfo);
    DnsAnswer answer{dns_status(status), {}};
    for (const auto* node = found == nullptr ? nullptr : found->nodes; node != nullptr;
         node = node->ai_next) {
        answer.records.push_back(text_of(node->ai_addr));
    }
    complete(std::unique_ptr<Query>(static_cast<Query*>(context)), status, std::move(answer));
}

void AresChannel::on_message(void* context, int status, int, unsigned char* bytes, int size) {
    std::unique_ptr<Query> query(static_cast<Query*>(context));
    DnsAnswer answer{dns_status(status), {}};
    if (status == ARES_SUCCESS) {
        answer = parse_dns_answer({bytes, static_cast<size_t>(size)}, query->type);
    }
    complete(std::move(query), status, std::move(answer));
}

void AresChannel::complete(std::unique_ptr<Query> query, int status, DnsAnswer answer) {
    --query->channel.in_flight_;
    if (status != ARES_EDESTRUCTION) {
        query->done(std::move(answer));
    }
}

void AresChannel::process(int readable_fd, int writable_fd) {
    ares_process_fd(channel_, readable_fd, writable_fd);
    const int touched = readable_fd == ARES_SOCKET_BAD ? writable_fd : readable_fd;
    if (const auto socket = sockets_.find(touched); socket != sockets_.end()) {
        socket->second->look_again();
    }
    set_timer();
}

void AresChannel::set_timer() {
    timeval room{};
    const timeval* next = ares_timeout(channel_, nullptr, &room);
    if (next == nullptr) {
        timer_.cancel();
        return;
    }
    const auto ms = static_cast<uint64_t>(next->tv_sec) * 1'000 +
                    static_cast<uint64_t>(next->tv_usec) / 1'000 + 1;
    timer_.set(loop_.now_ms() + ms);
}

}  // namespace berth
