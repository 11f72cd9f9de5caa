#pragma once

#include <cstdint>

namespace berth::file {

// Rounded down, before 1970 as well.
constexpr int64_t seconds_of(int64_t nanoseconds) {
    constexpr int64_t kNanoseconds = 1'000'000'000;
    const int64_t seconds = nanoseconds / kNanoseconds;
    return nanoseconds % kNanoseconds < 0 ? seconds - 1 : seconds;
}

}  // namespace berth::file
