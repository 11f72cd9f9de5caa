#pragma once

#include <cstdint>

namespace berth {

// When a worker that died is started again: at once, unless it keeps dying. More than 5 deaths,
// each less than 10 s after the start before it, wait 100 ms, 200 ms, ... up to 10 s; living for 10
// s forgives everything.
class RespawnPolicy {
public:
    // Milliseconds to wait before the next start. Times are monotonic milliseconds.
    uint64_t delay_after_death(uint64_t started_ms, uint64_t died_ms);
    unsigned deaths_in_a_row() const { return deaths_in_a_row_; }

private:
    unsigned deaths_in_a_row_ = 0;
};

}  // namespace berth
