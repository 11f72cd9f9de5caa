#pragma once

#include "base/result.h"
#include "base/sys.h"

#include <atomic>
#include <cstdint>
#include <string_view>

namespace berth {

// What goes wrong, and how often. Written as "seed=7,short=5,eintr=10,fail=120,errno=12".
struct Faults {
    uint64_t seed = 1;
    unsigned short_max = 0;      // reads and writes ask for 1..short_max bytes; 0: for all
    unsigned eintr_percent = 0;  // of the calls that may be interrupted
    unsigned eagain_percent =
        0;                 // of reads and writes; only for level-triggered pollers, which come back
    uint64_t fail_at = 0;  // the call that fails, counted from 1; 0: none
    int fail_errno = 12;   // ENOMEM
};
Result<Faults> parse_faults(std::string_view text);

// A table of system calls that work until the plan says otherwise, and on demand a clock that
// stands still. The program uses it when it was started with BERTH_FAULTS. Put it in use with
// ScopedSys.
class FaultySys : public Sys {
public:
    explicit FaultySys(const Faults& faults);

    // Calls so far that could have failed.
    uint64_t calls() const { return calls_.load(); }
    void set_faults(const Faults& faults);
    // From now on clocks show this, monotonic and wall alike.
    void set_clock_us(uint64_t now_us) { clock_us_ = now_us; }
    void advance_ms(uint64_t ms) { clock_us_ += ms * 1000; }

    // For the functions of the table: 0, or the error of this call.
    int next_error();
    int next_stream_error();
    bool shows_clock() const { return clock_us_ != 0; }
    uint64_t clock_us() const { return clock_us_; }

private:
    uint64_t next_random();
    void next_io_max();

    Faults faults_;
    std::atomic<uint64_t> calls_{0};
    std::atomic<uint64_t> draws_{0};
    uint64_t clock_us_ = 0;
};

}  // namespace berth
