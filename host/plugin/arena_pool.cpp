#include "plugin/arena_pool.h"

#include "base/live.h"

#include <algorithm>
#include <new>
#include <utility>

namespace berth {
namespace {

constexpr size_t kFirstBlock = 4096;  // holds a usual request head and its answer's fields
constexpr size_t kNextBlock = 16 * 1024;
constexpr size_t kFreeMax = 64;

}  // namespace

struct ArenaPool::Arena : berth_arena {
    std::vector<std::unique_ptr<uint8_t[]>> later;
    size_t later_bytes = 0;
    alignas(64) uint8_t first[kFirstBlock];

    Arena() { rewind(); }
    void rewind() {
        cur = first;
        end = first + kFirstBlock;
    }
};

ArenaPool::ArenaPool() {
    free_.reserve(kFreeMax);
}
ArenaPool::~ArenaPool() = default;

ArenaPool::Arena& ArenaPool::of(berth_arena* arena) {
    return *static_cast<Arena*>(arena);
}

berth_arena* ArenaPool::open() {
    std::unique_ptr<Arena> arena;
    if (free_.empty()) {
        arena.reset(new (std::nothrow) Arena);
    } else {
        arena = std::move(free_.back());
        free_.pop_back();
    }
    if (arena != nullptr) {
        ++open_count_;
        live_add<LiveKind::kArena>(1, kFirstBlock);
    }
    return arena.release();  // the borrower gives it back with close()
}

void ArenaPool::close(berth_arena* arena) {
    std::unique_ptr<Arena> mine(&of(arena));
    --open_count_;
    reset(arena);
    live_remove<LiveKind::kArena>(1, kFirstBlock);
    if (free_.size() < kFreeMax) {
        free_.push_back(std::move(mine));
    }
}

void ArenaPool::reset(berth_arena* arena) {
    Arena& mine = of(arena);
    if (!mine.later.empty()) {
        mine.later.clear();
        live_remove<LiveKind::kArena>(0, std::exchange(mine.later_bytes, 0));
    }
    mine.rewind();
}

void* ArenaPool::more(berth_arena* arena, size_t n, size_t align) {
    if (n > SIZE_MAX / 2 || align == 0 || align > 64 || (align & (align - 1)) != 0) {
        return nullptr;
    }
    const auto mask = static_cast<uintptr_t>(align - 1);
    auto at = (reinterpret_cast<uintptr_t>(arena->cur) + mask) & ~mask;
    const auto end = reinterpret_cast<uintptr_t>(arena->end);
    if (at > end || n > end - at) {
        const size_t size = std::max(kNextBlock, n + align);
        std::unique_ptr<uint8_t[]> block(new (std::nothrow) uint8_t[size]);
        if (block == nullptr) {
            return nullptr;
        }
        of(arena).later.push_back(std::move(block));
        arena->cur = of(arena).later.back().get();
        arena->end = arena->cur + size;
        of(arena).later_bytes += size;
        live_add<LiveKind::kArena>(0, size);
        at = (reinterpret_cast<uintptr_t>(arena->cur) + mask) & ~mask;
    }
    arena->cur = reinterpret_cast<uint8_t*>(at + n);
    return reinterpret_cast<void*>(at);
}

}  // namespace berth
