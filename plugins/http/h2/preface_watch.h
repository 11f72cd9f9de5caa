#pragma once

#include "router.h"

#include "berth/stream.h"

#include <cstdint>
#include <memory>

namespace berth::http {

class Service;

// A new connection of a listener that speaks HTTP/2 without TLS, until its first bytes tell which
// version it is: HTTP/2 begins with a preface that is no request of HTTP/1 (RFC 9113 3.4).
class PrefaceWatch {
public:
    PrefaceWatch(Service& service, berth_stream& stream, const HostTable& sites);

    void begin();
    berth_stream& stream() { return stream_; }

    // Of the stream.
    berth_status on_data(berth_rbuf* buffers, uint32_t n);
    void on_drain(uint64_t deadline_ms);
    void on_timeout();

private:
    berth_status hand_over(bool http2, berth_rbuf* buffers, uint32_t n);

    Service& service_;
    berth_stream& stream_;
    const HostTable& sites_;
    uint64_t drain_deadline_ms_ = 0;  // 0: not draining
    bool begun_ = false;
};

}  // namespace berth::http
