#pragma once

#include "segments.h"

#include "berth/http.h"

namespace berth::http {

// Where lists of segments live: the arena of their request.
struct ListMemory {
    const berth_host* host;
    berth_arena* arena;
};

// Room for n more segments in the list, which may move.
berth_status reserve_segments(const ListMemory& memory, berth_segs& list, uint32_t n);

berth_status append_segments(const ListMemory& memory, berth_segs& list, Segments more);

}  // namespace berth::http
