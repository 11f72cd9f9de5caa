#pragma once

#include "tunnel.h"

#include "berth/loop.h"

#include <cstdint>
#include <string_view>

namespace berth::http {

// A stream of HTTP/2 after an extended CONNECT (RFC 8441): its DATA frames are the tunnel's bytes.
// END_STREAM is the end of one direction, RST_STREAM that of both. Owned by the H2Stream, which
// tells it what arrives.
class H2Tunnel final : public Tunnel {
public:
    // wire: of the stream; outlives the tunnel. idle_ms: until another timeout is set.
    H2Tunnel(Service& service, Exchange& exchange, AnswerWire& wire, uint64_t idle_ms);
    ~H2Tunnel() override;

    // From the top of the loop. deliver() returns how many bytes were taken.
    size_t deliver(std::string_view bytes);
    void deliver_end();
    void on_writable() { tell_writable(); }
    void on_drain(uint64_t deadline_ms) { tell_drain(deadline_ms); }
    // The last call.
    void on_closed(berth_status why) { tell_closed(why); }

    // Takes no bytes for now? Has its user closed it, so that it ends when all is sent?
    bool is_paused() const { return paused_ || closing_; }
    bool is_closing() const { return closing_; }

private:
    berth_status write(Segments segments, bool last) override;
    void pause(bool on) override;
    void set_timeout(uint32_t what, uint64_t ms) override;
    void close(berth_status why, bool linger) override;
    uint64_t unsent() const override;

    static void on_timer(void* self);
    void check_timeout();
    void start_timer(uint64_t ms);
    void stop_timer();
    void note_activity();

    AnswerWire& wire_;
    berth_timer* timer_ = nullptr;
    uint64_t active_ms_ = 0;  // when bytes last went either way
    uint64_t timeout_ms_ = 0;
    uint32_t timeout_ = BERTH_TIMEOUT_NONE;
    bool paused_ = false, closing_ = false;
    bool finished_ = false;  // no more is written
};

}  // namespace berth::http
