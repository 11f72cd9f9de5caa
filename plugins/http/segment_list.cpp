#include "segment_list.h"

#include <algorithm>

namespace berth::http {

berth_status reserve_segments(const ListMemory& memory, berth_segs& list, uint32_t n) {
    if (list.cap - list.n >= n) {
        return BERTH_OK;
    }
    const size_t capacity = size_t{list.n} + n + list.cap;
    auto* const room = static_cast<berth_seg*>(
        berth_alloc(memory.host, memory.arena, capacity * sizeof(berth_seg)));
    if (room == nullptr) {
        return BERTH_E_NOMEM;
    }
    std::copy_n(list.segs, list.n, room);
    list.segs = room;
    list.cap = static_cast<uint32_t>(capacity);
    return BERTH_OK;
}

berth_status append_segments(const ListMemory& memory, berth_segs& list, Segments more) {
    const auto n = static_cast<uint32_t>(more.size());
    const berth_status status = reserve_segments(memory, list, n);
    if (status < 0) {
        return status;
    }
    std::copy(more.begin(), more.end(), list.segs + list.n);
    list.n += n;
    return BERTH_OK;
}

}  // namespace berth::http
