#pragma once

#include "berth/abi.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace berth::http {

// Input in one piece; several are joined in `joined`.
inline std::string_view in_one_piece(const berth_rbuf* buffers,
                                     uint32_t n,
                                     std::vector<uint8_t>& joined) {
    if (n == 1) {
        return {reinterpret_cast<const char*>(buffers->p), buffers->n};
    }
    joined.clear();
    for (uint32_t i = 0; i < n; ++i) {
        joined.insert(joined.end(), buffers[i].p, buffers[i].p + buffers[i].n);
    }
    return {reinterpret_cast<const char*>(joined.data()), joined.size()};
}

// So much of it is not needed again.
inline void consume_input(berth_rbuf* buffers, uint32_t n, size_t bytes) {
    for (uint32_t i = 0; i < n; ++i) {
        const size_t part = std::min(bytes, buffers[i].n);
        buffers[i].p += part;
        buffers[i].n -= part;
        bytes -= part;
    }
}

}  // namespace berth::http
