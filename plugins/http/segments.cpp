#include "segments.h"

namespace berth::http {

// A FILE segment's reference would be given back to berth.file/1, which nobody offers yet.
void drop_segments(Segments segments) {
    for (const berth_seg& segment : segments) {
        if (segment.kind == BERTH_SEG_OWNED) {
            segment.v.owner->release(segment.v.owner);
        }
    }
}

void keep_segment(const berth_seg& segment) {
    if (segment.kind == BERTH_SEG_OWNED) {
        segment.v.owner->retain(segment.v.owner);
    }
}

uint64_t length_of(Segments segments) {
    uint64_t length = 0;
    for (const berth_seg& segment : segments) {
        length += segment.len;
    }
    return length;
}

}  // namespace berth::http
