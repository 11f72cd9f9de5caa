#include "process/listen_point.h"

#include "net/event_loop.h"
#include "plugin/stream_context.h"

namespace berth {
namespace {

Admission::Limits admission_limits(const SiteLimits& limits) {
    const uint32_t most = limits.connections_max == 0 ? UINT32_MAX : limits.connections_max;
    return {most, limits.handshakes_max};
}

}  // namespace

ListenPoint::ListenPoint(EventLoop& loop,
                         StreamContext& streams,
                         Admission& admission,
                         const ProtocolEndpoint& endpoint,
                         const SiteLimits& limits)
    : loop_(loop),
      streams_(streams),
      admission_(admission_limits(limits), admission),
      endpoint_(endpoint),
      limits_(limits) {
    connection_limits_.send_timeout_ms = limits.send_ms;
    connection_limits_.send_rate_min = limits.send_rate_min;
}

void ListenPoint::use_counters(const ConnectionLimits::Counters& counters) {
    connection_limits_.hits = counters;
}

void ListenPoint::use_tls(std::unique_ptr<TlsServer> server, bool at_once) {
    tls_ = std::move(server);
    endpoint_.tls = tls_.get();
    tls_at_once_ = at_once;
}

void ListenPoint::use_filters(ConnectionFilters filters,
                              const FilteredSockets::Counters& counters) {
    if (filters.empty()) {
        return;
    }
    const auto pass = [this](UniqueFd fd, const SocketAddress& peer, ConnectionSlot slot) {
        passed(std::move(fd), peer, std::move(slot));
    };
    filtered_ = std::make_unique<FilteredSockets>(loop_, std::move(filters), counters, pass);
}

void ListenPoint::take(UniqueFd socket, Acl acl, const ListenerCounters& counters) {
    Listener::Options options;
    options.per_address = {limits_.connections_per_address, limits_.count_local};
    options.counters = counters;
    per_address_hits_ = counters.per_address_hits;
    if (has_late_peers()) {
        options.per_address.max = UINT32_MAX;
    }
    listener_ =
        std::make_unique<Listener>(loop_, admission_, std::move(socket), std::move(acl), options);
}

Status ListenPoint::start() {
    return listener_->start([this](UniqueFd fd, const SocketAddress& peer, ConnectionSlot slot) {
        if (filtered_ == nullptr) {
            open(std::move(fd), peer, std::move(slot));
        } else {
            filtered_->add(std::move(fd), peer, endpoint_.listener, std::move(slot));
        }
    });
}

void ListenPoint::close() {
    listener_->close();
}

// A filter that reads may find that the peer is another, so the limit per address waits for it.
bool ListenPoint::has_late_peers() const {
    return filtered_ != nullptr && filtered_->filters().may_read();
}

void ListenPoint::passed(UniqueFd fd, const SocketAddress& peer, ConnectionSlot slot) {
    if (has_late_peers()) {
        slot = {};
        slot = admission_.admit(peer, {limits_.connections_per_address, limits_.count_local});
        if (!slot) {
            ++*per_address_hits_;
            return;
        }
    }
    open(std::move(fd), peer, std::move(slot));
}

void ListenPoint::open(UniqueFd fd, const SocketAddress& peer, ConnectionSlot slot) {
    if (endpoint_.ops == nullptr) {
        return;  // closes it
    }
    AcceptedSlots slots{std::move(slot), {}};
    std::unique_ptr<Transport> transport;
    if (tls_at_once_) {
        transport = tls_->accept(streams_.tls_io());
        if (transport == nullptr) {
            return;  // memory is exhausted; without one the client would be served in clear
        }
        slots.handshake = admission_.begin_handshake();
    }
    Connection& connection = loop_.add_connection(std::move(fd), peer, connection_limits_);
    ProtocolSession::accept(streams_,
                            endpoint_,
                            connection,
                            {std::move(transport), limits_.handshake_ms},
                            std::move(slots));
    if (loop_.drain_deadline_ms() != TimerQueue::kNever) {
        connection.drain(loop_.drain_deadline_ms());  // a filter has decided late
    }
}

}  // namespace berth
