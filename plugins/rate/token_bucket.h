#pragma once

#include <algorithm>
#include <cstdint>

namespace berth::rate {

// A token bucket as one number, so that it can be shared by compare-and-swap: the time when it will
// be full again (the generic cell rate algorithm). Times in nanoseconds of one clock.
struct Bucket {
    int64_t token_ns = 0;  // time in which a token comes
    int64_t burst = 1;     // tokens that it holds

    struct Taken {
        bool allowed = false;
        int64_t full_at = 0;   // what to keep; as it was when nothing was taken
        int64_t left = 0;      // tokens
        int64_t wait_ns = 0;   // until a token comes, when none was left
        int64_t reset_ns = 0;  // until the bucket is full
    };

    // Takes one token. full_at: as kept before, 0 for a bucket that nobody has used.
    Taken take(int64_t full_at, int64_t now) const {
        const int64_t most = token_ns * burst;
        // A bucket from another clock, or one that was written over, is at worst an empty one.
        const int64_t from = std::clamp(full_at, now, now + most);
        const int64_t next = from + token_ns;
        Taken taken;
        taken.allowed = next - now <= most;
        taken.full_at = taken.allowed ? next : full_at;
        taken.reset_ns = (taken.allowed ? next : from) - now;
        taken.left = (most - taken.reset_ns) / token_ns;
        taken.wait_ns = taken.allowed ? 0 : next - now - most;
        return taken;
    }
};

}  // namespace berth::rate
