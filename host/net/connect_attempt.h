#pragma once

#include "base/live.h"
#include "net/connecting_socket.h"
#include "net/connection.h"
#include "net/connector.h"
#include "net/dns_answer.h"
#include "net/resolver.h"
#include "net/socket_address.h"
#include "net/timer_queue.h"

#include <array>
#include <deque>
#include <memory>
#include <vector>

namespace berth {

// One connect() of a Connector: names to addresses to sockets to a connection, of which the first
// that succeeds stays. Lives in the connector's table, which it leaves before it calls done.
class ConnectAttempt final : private ConnectingSocket::Observer, private ConnectionObserver {
public:
    ConnectAttempt(Connector& connector,
                   Connector::Handle handle,
                   ConnectTarget target,
                   Connector::Done done);
    ~ConnectAttempt();
    ConnectAttempt(const ConnectAttempt&) = delete;
    ConnectAttempt& operator=(const ConnectAttempt&) = delete;

    void start();

private:
    berth_status on_data(berth_rbuf&) override { return BERTH_E_STATE; }
    void on_writable() override {}
    void on_timeout() override {}
    void on_drain(uint64_t) override {}
    void on_tls(berth_status status) override;
    void on_close(berth_status why) override;
    void on_connect(ConnectingSocket& socket, bool connected) override;

    void find_addresses();
    void on_answer(size_t family, const DnsAnswer& answer);
    bool looks_up() const;
    void try_next();
    void establish(UniqueFd fd, const SocketAddress& peer);
    void hand_over(Connection& connection);
    void fail(berth_status status);

    Connector& connector_;
    const Connector::Handle handle_;
    ConnectTarget target_;
    Connector::Done done_;
    berth_status failure_ = BERTH_E_DNS;         // what to say when no address is left
    std::array<Resolver::Handle, 2> lookups_{};  // IPv6 and IPv4
    std::deque<SocketAddress> addresses_;
    std::vector<std::unique_ptr<ConnectingSocket>> sockets_;
    Connection* connection_ = nullptr;  // while its handshake runs
    Timer next_;
    Timer deadline_;
    [[no_unique_address]] Live<LiveKind::kConnector> live_;
};

}  // namespace berth
