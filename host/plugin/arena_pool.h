#pragma once

#include "berth/abi.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace berth {

// Bump arenas for requests, recycled within one worker: after warm-up an arena costs no allocation.
// Each arena keeps its first block for its whole life; further blocks go when it is reset.
class ArenaPool {
public:
    ArenaPool();
    ~ArenaPool();
    ArenaPool(const ArenaPool&) = delete;
    ArenaPool& operator=(const ArenaPool&) = delete;

    berth_arena* open();
    void close(berth_arena* arena);

    static void reset(berth_arena* arena);
    // n bytes aligned to align (a power of two); nullptr when memory is exhausted.
    static void* more(berth_arena* arena, size_t n, size_t align);

    size_t open_count() const { return open_count_; }

private:
    struct Arena;
    static Arena& of(berth_arena* arena);

    std::vector<std::unique_ptr<Arena>> free_;
    size_t open_count_ = 0;
};

}  // namespace berth
