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
    H1Tunnel(Service& service, Exchange& exchange, berth_stream& stream);
    ~H1Tunnel() override;

    // The stream's user from here on. session: ends with the tunnel, and owns the exchange.
    void begin(std::unique_ptr<H1Session> session);
    // Of the stream below.
    berth_stream& stream() { return stream_; }
    berth_status on_data(berth_rbuf* buffers, uint32_t n) { return tell_data(buffers, n); }
    void on_writable() { tell_writable(); }
    void on_drain(uint64_t deadline_ms) { tell_drain(deadline_ms); }
    void on_timeout() { tell_timeout(); }
    void on_close(berth_status why);
    // What the client sent behind its request; removes what was taken. From the top of the loop.
    void deliver(std::string_view& input);

private:
    berth_status write(Segments segments, bool last) override;
    void pause(bool on) override;
    void set_timeout(uint32_t what, uint64_t ms) override;
    void close(berth_status why, bool linger) override;
    uint64_t unsent() const override;

    berth_stream& stream_;
    std::unique_ptr<H1Session> session_;
};

}  // namespace berth::http
