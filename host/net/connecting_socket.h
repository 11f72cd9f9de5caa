#pragma once

#include "base/unique_fd.h"
#include "net/poller.h"
#include "net/socket_address.h"

namespace berth {

class EventLoop;

// One stream socket on its way to one address.
class ConnectingSocket final : private Watcher {
public:
    class Observer {
    public:
        // Once, never from inside start(); the socket may die in it.
        virtual void on_connect(ConnectingSocket& socket, bool connected) = 0;

    protected:
        ~Observer() = default;
    };

    ConnectingSocket(EventLoop& loop, const SocketAddress& address, Observer& observer);
    ~ConnectingSocket();
    ConnectingSocket(const ConnectingSocket&) = delete;
    ConnectingSocket& operator=(const ConnectingSocket&) = delete;

    // false: the address failed at once; on_connect() does not come.
    bool start();
    const SocketAddress& address() const { return address_; }
    // The connected socket, no longer watched.
    UniqueFd take();

private:
    void on_ready(uint32_t ready) override;
    void unwatch();

    EventLoop& loop_;
    const SocketAddress address_;
    Observer& observer_;
    UniqueFd fd_;
    bool watched_ = false;
};

}  // namespace berth
