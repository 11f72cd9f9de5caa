#pragma once

#include "berth/abi.h"

#include <cstdint>
#include <span>

namespace berth::http {

// Pieces of an answer's body, as handlers give them.
using Segments = std::span<const berth_seg>;

// Gives back the references of segments that nobody takes.
void drop_segments(Segments segments);

// One more reference, for a further piece of the same segment.
void keep_segment(const berth_seg& segment);

inline uint64_t length_of(Segments segments) {
    uint64_t length = 0;
    for (const berth_seg& segment : segments) {
        length += segment.len;
    }
    return length;
}

}  // namespace berth::http
