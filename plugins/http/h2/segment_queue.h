#pragma once

#include "segments.h"

#include "berth/file.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace berth::http {

// Output that has to wait, first in first out. Holds the segments' references; memory that lasts
// for a call only is copied. One segment needs no allocation.
class SegmentQueue {
public:
    SegmentQueue() = default;
    ~SegmentQueue() { clear(); }
    SegmentQueue(const SegmentQueue&) = delete;
    SegmentQueue& operator=(const SegmentQueue&) = delete;

    // Takes the references of all segments, also when it returns false: memory is exhausted.
    [[nodiscard]] bool append(Segments segments);
    // Takes the front off, at most that many bytes of it, not 0; its reference passes to the
    // caller.
    berth_seg take(uint64_t bytes_max);
    void clear();
    // Do the files of the first so many bytes still hold what the segments say?
    bool check(const berth_file_ext& files, uint64_t bytes) const;

    uint64_t bytes() const { return bytes_; }
    bool empty() const { return bytes_ == 0; }

private:
    bool push(berth_seg segment);

    berth_seg front_{};  // no segment when bytes_ is 0
    std::vector<berth_seg> rest_;
    size_t next_ = 0;  // of rest_
    uint64_t bytes_ = 0;
};

}  // namespace berth::http
