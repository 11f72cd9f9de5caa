#include "plugin/arena_pool.h"

#include <cstring>

namespace berth {
namespace {

const berth_host kHost = [] {
    berth_host host{};
    host.arena_more = ArenaPool::more;
    return host;
}();

TEST(ArenaPool, memory_is_aligned_and_apart) {
    ArenaPool pool;
    berth_arena* arena = pool.open();
    auto* first = static_cast<uint8_t*>(berth_alloc(&kHost, arena, 5));
    auto* second = static_cast<uint8_t*>(berth_alloc(&kHost, arena, 5));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % 16, 0u);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(second) % 16, 0u);
    EXPECT_GE(second, first + 5);
    pool.close(arena);
}

TEST(ArenaPool, grows_past_its_first_block) {
    ArenaPool pool;
    berth_arena* arena = pool.open();
    auto* small = static_cast<uint8_t*>(berth_alloc(&kHost, arena, 16));
    std::memset(small, 1, 16);
    for (int i = 0; i < 40; ++i) {
        auto* large = static_cast<uint8_t*>(berth_alloc(&kHost, arena, 10'000));
        ASSERT_NE(large, nullptr);
        std::memset(large, 2, 10'000);
    }
    EXPECT_EQ(small[15], 1) << "later blocks do not overlap the first";
    pool.close(arena);
}

TEST(ArenaPool, one_piece_may_be_larger_than_a_block) {
    ArenaPool pool;
    berth_arena* arena = pool.open();
    auto* bytes = static_cast<uint8_t*>(berth_alloc(&kHost, arena, 1 << 20));
    ASSERT_NE(bytes, nullptr);
    std::memset(bytes, 3, 1 << 20);
    pool.close(arena);
}

TEST(ArenaPool, reset_gives_the_same_memory_again) {
    ArenaPool pool;
    berth_arena* arena = pool.open();
    void* first = berth_alloc(&kHost, arena, 100);
    berth_alloc(&kHost, arena, 100'000);
    ArenaPool::reset(arena);
    EXPECT_EQ(berth_alloc(&kHost, arena, 100), first);
    pool.close(arena);
}

TEST(ArenaPool, closed_arenas_are_used_again) {
    ArenaPool pool;
    berth_arena* arena = pool.open();
    EXPECT_EQ(pool.open_count(), 1u);
    pool.close(arena);
    EXPECT_EQ(pool.open_count(), 0u);
    EXPECT_EQ(pool.open(), arena);
    pool.close(arena);
}

TEST(ArenaPool, refuses_sizes_and_alignments_that_cannot_be) {
    ArenaPool pool;
    berth_arena* arena = pool.open();
    EXPECT_EQ(ArenaPool::more(arena, SIZE_MAX - 8, 16), nullptr);
    EXPECT_EQ(ArenaPool::more(arena, 8, 3), nullptr);
    EXPECT_EQ(ArenaPool::more(arena, 8, 0), nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(ArenaPool::more(arena, 8, 64)) % 64, 0u);
    pool.close(arena);
}

}  // namespace
}  // namespace berth
