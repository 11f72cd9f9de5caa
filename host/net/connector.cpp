#include "net/connector.h"

#include "net/connect_attempt.h"

#include <utility>

namespace berth {

Connector::Connector(EventLoop& loop, Resolver& resolver, const ConnectionLimits& limits)
    : loop_(loop), resolver_(resolver), limits_(limits) {}

Connector::~Connector() = default;

Connector::Handle Connector::connect(ConnectTarget target, Done done) {
    const Handle handle = ++last_handle_;
    auto attempt =
        std::make_unique<ConnectAttempt>(*this, handle, std::move(target), std::move(done));
    ConnectAttempt& started = *attempt;
    attempts_.emplace(handle, std::move(attempt));
    started.start();
    return handle;
}

void Connector::cancel(Handle handle) {
    attempts_.erase(handle);
}

}  // namespace berth
