#include "net/send_progress.h"

#include <algorithm>

namespace berth {

namespace {
constexpr uint64_t kWindowMs = 10'000;  // over which the rate is averaged
}  // namespace

void SendProgress::watch(const Limits& limits, uint64_t now_ms, int64_t in_socket) {
    watched_ = true;
    moved_at_ms_ = now_ms;
    begin_window(now_ms, in_socket);
    plan_check(limits);
}

SendProgress::Verdict SendProgress::check(const Limits& limits,
                                          uint64_t now_ms,
                                          int64_t in_socket) {
    // A slow peer empties the socket long before the socket takes more, so what was sent alone
    // would accuse it wrongly.
    const int64_t taken = static_cast<int64_t>(sent_) + in_socket_ - in_socket;
    const uint64_t elapsed = now_ms - window_from_ms_;
    if (taken > taken_) {
        taken_ = taken;
        moved_at_ms_ = now_ms;
    }
    const uint64_t least = uint64_t{limits.rate_min} * elapsed / 1000;
    const bool window_is_over = elapsed >= kWindowMs;
    if (taken > 0 && window_is_over && static_cast<uint64_t>(taken) < least) {
        return Verdict::kTooSlow;
    }
    if (now_ms - moved_at_ms_ >= limits.timeout_ms) {
        return Verdict::kStalled;
    }
    if (window_is_over) {
        begin_window(now_ms, in_socket);
    }
    plan_check(limits);
    return Verdict::kGoesOn;
}

void SendProgress::begin_window(uint64_t now_ms, int64_t in_socket) {
    window_from_ms_ = now_ms;
    sent_ = 0;
    in_socket_ = in_socket;
    taken_ = 0;
}

void SendProgress::plan_check(const Limits& limits) {
    check_at_ms_ = std::min(window_from_ms_ + kWindowMs, moved_at_ms_ + limits.timeout_ms);
}

}  // namespace berth
