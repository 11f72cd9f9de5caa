#pragma once

#include <cstdint>

namespace berth {

// How a peer takes what is sent to it, judged while its socket takes nothing more: never nothing
// for longer than a timeout, and a least rate over ten seconds. Pure: the caller knows the time and
// how many bytes the socket holds that the peer has not taken.
class SendProgress {
public:
    struct Limits {
        uint64_t timeout_ms;
        uint32_t rate_min;  // bytes per second
    };
    enum class Verdict : uint8_t { kGoesOn, kTooSlow, kStalled };

    bool is_watched() const { return watched_; }
    // When check() is due.
    uint64_t check_at_ms() const { return check_at_ms_; }

    // From now on. What was watched before is forgotten.
    void watch(const Limits& limits, uint64_t now_ms, int64_t in_socket);
    // The socket took so many bytes.
    void sent(uint64_t n) { sent_ += n; }
    Verdict check(const Limits& limits, uint64_t now_ms, int64_t in_socket);

private:
    void begin_window(uint64_t now_ms, int64_t in_socket);
    void plan_check(const Limits& limits);

    bool watched_ = false;
    uint64_t check_at_ms_ = 0;
    uint64_t window_from_ms_ = 0;
    uint64_t moved_at_ms_ = 0;
    uint64_t sent_ = 0;      // bytes that the socket took in this window
    int64_t in_socket_ = 0;  // bytes that the socket held when the window began
    int64_t taken_ = 0;      // bytes that the peer took in this window until the last check
};

}  // namespace berth
