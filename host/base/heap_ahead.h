#pragma once

#include <cstddef>

namespace berth {

// For heap memory that stays: has the system give its pages many at once, which costs about two
// thirds of giving each at its first use.
class HeapAhead {
public:
    static constexpr size_t kStretchMax = 64 * 1024;

    // About so many bytes are taken from the heap next. No more pages are given ahead than were
    // taken so far, so that little use costs little.
    void take(size_t bytes);

private:
    size_t taken_ = 0, given_ = 0;
};

}  // namespace berth
