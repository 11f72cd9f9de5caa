#include "segments.h"

#include "berth/stream.h"

namespace berth::http {

void drop_segments(Segments segments) {
    for (const berth_seg& segment : segments) {
        if (berth_owner* const owner = berth_seg_owner(&segment)) {
            owner->release(owner);
        }
    }
}

void keep_segment(const berth_seg& segment) {
    if (berth_owner* const owner = berth_seg_owner(&segment)) {
        owner->retain(owner);
    }
}

}  // namespace berth::http
