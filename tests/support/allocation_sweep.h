#pragma once

#include "support/allocations.h"

#include <gtest/gtest.h>

#include <functional>

namespace berth::testing {

// Plays a story again and again, each time with another of its allocations failing, until it is
// over before the turn of that one comes. story(n) calls fail_allocation(n) when it begins, and
// tells what has_failed_allocation() said at its end. fewest: allocations that it has.
inline void sweep_allocations(int fewest, const std::function<bool(int)>& story) {
    int n = 0;
    while (story(n) && !::testing::Test::HasFailure()) {
        ++n;
    }
    EXPECT_TRUE(n >= fewest || !kSeesAllocations) << "allocation " << n;
}

}  // namespace berth::testing
