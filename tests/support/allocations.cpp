#include "support/allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<uint64_t> count{0};
std::atomic<int> left{-1};  // allocations until one fails; negative: none does
std::atomic<bool> failed{false};
}  // namespace

void* operator new(size_t size) {
    ++count;
    const bool fails = left >= 0 && left-- == 0;
    failed = failed || fails;
    void* memory = fails ? nullptr : std::malloc(size != 0 ? size : 1);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
    try {
        return operator new(size);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
    std::free(memory);
}

namespace berth::testing {

uint64_t allocations() {
    return count;
}

void fail_allocation(int behind) {
    failed = false;
    left = behind;
}

bool has_failed_allocation() {
    left = -1;
    return failed;
}

}  // namespace berth::testing
