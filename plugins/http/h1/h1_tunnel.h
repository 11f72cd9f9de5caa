#pragma once

#include "h1/h1_session.h"
#include "tunnel.h"

#include <memory>
#include <string_view>

namespace berth::http {

// A connection of HTTP/1.1 after 101: all that it carries is the tunnel's. Owned by the connection,
// whose user it is.
class H1Tunnel final : public Tunnel {
public:
    // session: ends with the tunnel, and owns the exchange.
    H1Tunnel(Service& service,
             Exchange& exchange,
             berth_stream& stream,
             std::unique_ptr<H1Session> session);
    ~H1Tunnel() override;

    static const berth_stream_cb kCallbacks;
    // What the client sent behind its request; removes what was taken. From the top of the loop.
    void deliver(std::string_view& input);

private:
    static H1Tunnel& of(void* user) { return *static_cast<H1Tunnel*>(user); }

    berth_status write(Segments segments, bool last) override;
    void pause(bool on) override;
    void set_timeout(uint32_t what, uint64_t ms) override;
    void close(berth_status why, bool linger) override;
    uint64_t unsent() const override;

    berth_stream& stream_;
    std::unique_ptr<H1Session> session_;
};

}  // namespace berth::http
