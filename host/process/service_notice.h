#pragma once

#include "base/unique_fd.h"

#include <string>

namespace berth {

// Tells systemd how the service is (sd_notify); without NOTIFY_SOCKET it does nothing.
class ServiceNotice {
public:
    // socket: NOTIFY_SOCKET, may be empty.
    explicit ServiceNotice(std::string socket) : socket_(std::move(socket)) {}

    void ready() const { send("READY=1"); }
    void reloading() const;
    void stopping() const { send("STOPPING=1"); }
    void alive() const { send("WATCHDOG=1"); }
    bool is_service() const { return !socket_.empty(); }

private:
    void send(const std::string& state) const;
    std::string socket_;
};

}  // namespace berth
