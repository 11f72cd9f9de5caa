#include "net/connect_attempt.h"

#include "net/event_loop.h"

#include "berth/net.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace berth {
namespace {

constexpr uint64_t kStaggerMs = 250;  // RFC 8305 5
constexpr size_t kAddressesMax = 32;
constexpr std::string_view kUnixPrefix = "unix:";
constexpr std::array<uint16_t, 2> kFamilies = {BERTH_RR_AAAA, BERTH_RR_A};

// Takes over connections that nobody waits for any more, until they are gone.
class Undertaker final : public ConnectionObserver {
public:
    berth_status on_data(berth_rbuf&) override { return BERTH_E_GONE; }
    void on_writable() override {}
    void on_timeout() override {}
    void on_drain(uint64_t) override {}
    void on_tls(berth_status) override {}
    void on_close(berth_status) override {}
};

void abandon(Connection& connection) {
    static Undertaker undertaker;  // has no state
    connection.set_observer(undertaker);
    connection.close(BERTH_E_GONE, false);
}

// Alternates between what is there and what comes, so that a family that does not work costs
// little.
void weave(std::deque<SocketAddress>& addresses, std::deque<SocketAddress> more) {
    std::deque<SocketAddress> woven;
    while (!addresses.empty() || !more.empty()) {
        for (auto* source : {&addresses, &more}) {
            if (!source->empty()) {
                woven.push_back(source->front());
                source->pop_front();
            }
        }
    }
    woven.resize(std::min(woven.size(), kAddressesMax));
    addresses = std::move(woven);
}

}  // namespace

ConnectAttempt::ConnectAttempt(Connector& connector,
                               Connector::Handle handle,
                               ConnectTarget target,
                               Connector::Done done)
    : connector_(connector),
      handle_(handle),
      target_(std::move(target)),
      done_(std::move(done)),
      next_(connector.loop_.timers(), [this] { try_next(); }),
      deadline_(connector.loop_.timers(), [this] { fail(BERTH_E_TIMEOUT); }) {}

ConnectAttempt::~ConnectAttempt() {
    for (const Resolver::Handle lookup : lookups_) {
        connector_.resolver_.cancel(lookup);
    }
    if (connection_ != nullptr) {
        abandon(*connection_);
    }
}

void ConnectAttempt::start() {
    const uint64_t now = connector_.loop_.now_ms();
    deadline_.set(now + target_.timeout_ms);
    find_addresses();
    if (!looks_up()) {
        next_.set(now);  // not at once: done must not come from inside connect()
    }
}

void ConnectAttempt::find_addresses() {
    const std::string_view host = target_.host;
    if (host.starts_with(kUnixPrefix)) {
        auto address = SocketAddress::unix_path(host.substr(kUnixPrefix.size()));
        failure_ = BERTH_E_INVAL;
        if (address) {
            addresses_.push_back(address.value());
        }
        return;
    }
    if (target_.port == 0 || host.empty()) {
        failure_ = BERTH_E_INVAL;
        return;
    }
    if (auto literal = SocketAddress::ip(host, target_.port)) {
        addresses_.push_back(literal.value());
        return;
    }
    for (size_t family = 0; family < kFamilies.size(); ++family) {
        lookups_[family] = connector_.resolver_.resolve(
            host, kFamilies[family], [this, family](const DnsAnswer& answer) {
                on_answer(family, answer);
            });
    }
}

bool ConnectAttempt::looks_up() const {
    return std::any_of(lookups_.begin(), lookups_.end(), [](auto handle) { return handle != 0; });
}

void ConnectAttempt::on_answer(size_t family, const DnsAnswer& answer) {
    lookups_[family] = 0;
    if (answer.status == BERTH_E_TIMEOUT) {
        failure_ = BERTH_E_TIMEOUT;
    }
    std::deque<SocketAddress> found;
    for (const std::string& record : answer.records) {
        if (auto address = SocketAddress::ip(record, target_.port)) {
            found.push_back(address.value());
        }
    }
    weave(addresses_, std::move(found));
    if (sockets_.empty()) {
        try_next();
    } else if (!next_.armed()) {
        next_.set(connector_.loop_.now_ms() + kStaggerMs);
    }
}

void ConnectAttempt::try_next() {
    while (!addresses_.empty()) {
        auto socket = std::make_unique<ConnectingSocket>(
            connector_.loop_, addresses_.front(), static_cast<ConnectingSocket::Observer&>(*this));
        addresses_.pop_front();
        if (socket->start()) {
            sockets_.push_back(std::move(socket));
            next_.set(connector_.loop_.now_ms() + kStaggerMs);
            return;
        }
        failure_ = BERTH_E_IO;
    }
    if (sockets_.empty() && !looks_up()) {
        fail(failure_);
    }
}

void ConnectAttempt::on_connect(ConnectingSocket& socket, bool connected) {
    if (connected) {
        UniqueFd fd = socket.take();
        const SocketAddress peer = socket.address();
        sockets_.clear();
        addresses_.clear();
        next_.cancel();
        establish(std::move(fd), peer);
        return;
    }
    std::erase_if(sockets_, [&](const auto& each) { return each.get() == &socket; });
    failure_ = BERTH_E_IO;
    try_next();
}

void ConnectAttempt::establish(UniqueFd fd, const SocketAddress& peer) {
    EventLoop& loop = connector_.loop_;
    Connection& connection = loop.add_connection(std::move(fd), peer, connector_.limits_);
    if (target_.transport == nullptr) {
        connection.start(*this, nullptr, 0);
        hand_over(connection);
        return;
    }
    connection_ = &connection;
    // Our own deadline is the earlier one.
    connection.start(
        *this, std::move(target_.transport), static_cast<uint32_t>(target_.timeout_ms) + 1);
}

void ConnectAttempt::on_tls(berth_status status) {
    if (status == BERTH_OK) {
        hand_over(*std::exchange(connection_, nullptr));
    }
}

// The handshake failed; on_tls() with an error came before.
void ConnectAttempt::on_close(berth_status) {
    connection_ = nullptr;
    fail(BERTH_E_TLS);
}

// done_ may write to the connection and close it, so it is started before; nothing calls back until
// we return.
void ConnectAttempt::hand_over(Connection& connection) {
    const auto self = connector_.attempts_.extract(handle_);
    ConnectionObserver* user = done_(BERTH_OK, &connection);
    if (user == nullptr) {
        abandon(connection);
    } else {
        connection.set_observer(*user);
    }
}

void ConnectAttempt::fail(berth_status status) {
    const auto self = connector_.attempts_.extract(handle_);
    done_(status, nullptr);
}

}  // namespace berth
