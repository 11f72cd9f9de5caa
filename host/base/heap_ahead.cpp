#include "base/heap_ahead.h"

#include "base/sys.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace berth {
namespace {

constexpr size_t kPageSize = 4096;

struct Free {
    void operator()(void* memory) const { std::free(memory); }
};

// What is free again is what the heap gives next.
void touch_free_memory(size_t bytes) {
    const std::unique_ptr<void, Free> memory(std::malloc(bytes));
    void* pages = memory.get();
    if (pages != nullptr && std::align(kPageSize, kPageSize, pages, bytes) != nullptr) {
        sys().madvise(pages, bytes / kPageSize * kPageSize, MADV_POPULATE_WRITE);
    }
}

}  // namespace

void HeapAhead::take(size_t bytes) {
    taken_ += bytes;
    if (taken_ > given_) {
        const size_t stretch = std::min(taken_, kStretchMax);
        touch_free_memory(stretch);
        given_ = taken_ + stretch;
    }
}

}  // namespace berth
