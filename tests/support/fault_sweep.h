#pragma once

#include "base/faulty_sys.h"
#include "base/live.h"
#include "base/sys.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <functional>

namespace berth::test {

// Runs a scenario again and again, each time with another system call failing, until it is over
// before its turn comes; afterwards nothing of it may be left. The scenario finds its table in use,
// with a clock that it moves.
inline void sweep_faults(const std::function<void(FaultySys&)>& scenario,
                         const std::vector<int>& errors = {ENOMEM, EMFILE, ECONNRESET, EINTR}) {
    constexpr uint64_t kCallsMax = 5'000;
    for (const int error : errors) {
        uint64_t calls = 0;
        for (uint64_t n = 1; n <= std::min(calls + 1, kCallsMax); ++n) {
            SCOPED_TRACE(testing::Message() << "call " << n << " fails with errno " << error);
            const auto before = live_counts();
            Faults faults;
            faults.fail_at = n;
            faults.fail_errno = error;
            FaultySys table(faults);
            table.set_clock_us(1'000'000'000);
            {
                const ScopedSys scope(table);
                scenario(table);
            }
            calls = table.calls();
            const auto after = live_counts();
            for (size_t i = 0; i < kLiveKinds; ++i) {
                EXPECT_EQ(after[i].objects, before[i].objects)
                    << live_name(static_cast<LiveKind>(i));
                EXPECT_EQ(after[i].bytes, before[i].bytes) << live_name(static_cast<LiveKind>(i));
            }
            if (testing::Test::HasFailure()) {
                return;
            }
        }
        EXPECT_GT(calls, 0u);
    }
}

}  // namespace berth::test
