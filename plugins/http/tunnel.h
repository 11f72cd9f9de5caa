#pragma once

#include "exchange.h"

#include "berth/stream.h"

#include <cstdint>

namespace berth::http {

class Service;

// What an upgraded request has become: the stream that its handler was given, whatever the version
// of HTTP. Calls the stream's user with the handler's number in the stamp. Where the bytes come
// from and go to is up to the class that derives from it, which also owns the exchange.
class Tunnel : public berth_stream {
public:
    Tunnel(Service& service, Exchange& exchange);
    Tunnel(const Tunnel&) = delete;
    Tunnel& operator=(const Tunnel&) = delete;

protected:
    virtual ~Tunnel();

    // Of the stream.
    virtual berth_status write(Segments segments, bool last) = 0;
    virtual void pause(bool on) = 0;
    virtual void set_timeout(uint32_t what, uint64_t ms) = 0;
    virtual void close(berth_status why, bool linger) = 0;
    virtual uint64_t unsent() const = 0;

    // To its user, from the top of the loop. One without a user is closed at the first of them.
    berth_status tell_data(berth_rbuf* buffers, uint32_t n);
    void tell_writable();
    void tell_drain(uint64_t deadline_ms);
    void tell_timeout();
    void tell_closed(berth_status why);

    Service& service_;
    Exchange& exchange_;

private:
    friend struct TunnelOps;

    template <class Call>
    auto call(Call call);

    const berth_stream_cb* callbacks_ = nullptr;
    void* user_ = nullptr;
    berth_ticket ticket_ = 0;
};

}  // namespace berth::http
