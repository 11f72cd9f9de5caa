#include "plugin/datagram_session.h"

#include "plugin/stamp.h"
#include "plugin/stream_context.h"

namespace berth {

DatagramSession::DatagramSession(EventLoop& loop,
                                 StreamContext& context,
                                 const ProtocolEndpoint& endpoint,
                                 UniqueFd fd,
                                 const DatagramCounters& counters)
    : context_(context), endpoint_(endpoint), socket_(loop, std::move(fd), counters) {}

DatagramSession& DatagramSession::of(berth_udp* handle) {
    return *reinterpret_cast<DatagramSession*>(handle);
}

berth_udp* DatagramSession::handle() {
    return reinterpret_cast<berth_udp*>(this);
}

bool DatagramSession::is_served_by(const berth_protocol_ops& ops) {
    return (ops.transports & BERTH_TRANSPORTS_DATAGRAM) != 0 &&
           BERTH_HAS(berth_protocol_ops, &ops, on_datagrams);
}

Status DatagramSession::start() {
    return socket_.start([this](std::span<const berth_dgram> datagrams) { received(datagrams); });
}

void DatagramSession::received(std::span<const berth_dgram> datagrams) {
    const Stamp running(context_.stamp(), endpoint_.stamp);
    endpoint_.ops->on_datagrams(endpoint_.instance,
                                handle(),
                                endpoint_.listener,
                                datagrams.data(),
                                static_cast<uint32_t>(datagrams.size()));
}

}  // namespace berth
