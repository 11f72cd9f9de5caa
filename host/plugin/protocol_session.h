#pragma once

#include "base/live.h"
#include "net/admission.h"
#include "net/connection.h"

#include "berth/protocol.h"

#include <cstdint>
#include <memory>

namespace berth {

class StreamContext;
class TlsServer;

// The protocol instance that serves a listener of this worker.
struct ProtocolEndpoint {
    const berth_protocol_ops* ops = nullptr;
    void* instance = nullptr;
    uint32_t listener = 0;     // index into the configuration's listen addresses
    uint32_t stamp = 0;        // number of the instance, for crash attribution
    TlsServer* tls = nullptr;  // certificates for TLS and STARTTLS, or none
};

// The places in the worker's limits that an accepted connection takes.
struct AcceptedSlots {
    ConnectionSlot connection;
    HandshakeSlot handshake;
};

// The transport that a connection starts with, null for none, and how long its handshake may take.
struct Handshake {
    std::unique_ptr<Transport> transport;
    uint32_t ms = 0;
};

// The boundary between one Connection and the plugin that uses it, in both directions: events
// become C calls, C calls of berth_stream_ops become calls of the Connection. Lives from accept or
// connect until on_close returned.
class ProtocolSession final : public berth_stream, public ConnectionObserver {
public:
    // Starts an accepted connection: the endpoint's on_open() gives it its user, at once or, with a
    // transport, after the handshake.
    static void accept(StreamContext& context,
                       const ProtocolEndpoint& endpoint,
                       Connection& connection,
                       Handshake handshake,
                       AcceptedSlots slots);
    // A connection made by a plugin, which is its user from the start. stamp: of the instance that
    // made it.
    static ProtocolSession& adopt(StreamContext& context,
                                  Connection& connection,
                                  const berth_stream_cb& cb,
                                  void* user,
                                  uint32_t stamp = 0);

    berth_status on_data(berth_rbuf& input) noexcept override;
    void on_writable() noexcept override;
    void on_timeout() noexcept override;
    void on_drain(uint64_t deadline_ms) noexcept override;
    void on_tls(berth_status status) noexcept override;
    bool on_cleartext() noexcept override;
    void on_close(berth_status why) noexcept override;

    Connection& connection() const { return *connection_; }

private:
    friend struct StreamOps;
    friend std::default_delete<ProtocolSession>;
    static constexpr uint32_t kHandshakeMs = 10'000;

    ProtocolSession(StreamContext& context,
                    const ProtocolEndpoint* endpoint,
                    Connection& connection);
    ~ProtocolSession() = default;
    using Opener = decltype(berth_protocol_ops::on_open);
    bool open(Opener opener) noexcept;
    berth_status start_tls(const berth_tls_opts& opts);

    StreamContext* context_;
    const ProtocolEndpoint* endpoint_;  // null for connections made by a plugin
    uint32_t stamp_;                    // number of the instance that uses it
    Connection* connection_;
    const berth_stream_cb* cb_ = nullptr;  // null until on_open() gave one
    void* user_ = nullptr;
    AcceptedSlots slots_;
    uint64_t id_;
    berth_ticket ticket_ = 0;
    [[no_unique_address]] Live<LiveKind::kStream> live_;
};

}  // namespace berth
