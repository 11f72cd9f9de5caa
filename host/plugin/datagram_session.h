#pragma once

#include "net/datagram_socket.h"
#include "plugin/protocol_session.h"

#include "berth/protocol.h"

namespace berth {

class StreamContext;

// The boundary between one UDP socket and the protocol instance that serves it; the berth_udp of
// the ABI.
class DatagramSession {
public:
    // fd: bound and non-blocking. endpoint.ops has on_datagrams.
    DatagramSession(EventLoop& loop,
                    StreamContext& context,
                    const ProtocolEndpoint& endpoint,
                    UniqueFd fd,
                    const DatagramCounters& counters);
    DatagramSession(const DatagramSession&) = delete;
    DatagramSession& operator=(const DatagramSession&) = delete;

    static DatagramSession& of(berth_udp* handle);
    berth_udp* handle();

    // Does a protocol speak datagrams?
    static bool is_served_by(const berth_protocol_ops& ops);
    Status start();
    berth_status send(std::span<const berth_dgram> datagrams) { return socket_.send(datagrams); }
    void close() { socket_.close(); }

private:
    void received(std::span<const berth_dgram> datagrams);

    StreamContext& context_;
    const ProtocolEndpoint endpoint_;
    DatagramSocket socket_;
};

}  // namespace berth
