#include "h2_memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace berth::http {

// Before each piece of memory that nghttp2 gets.
struct alignas(16) H2Memory::Block {
    size_t room;  // bytes behind it
    Block* next;
};

H2Memory::H2Memory() {
    table_.mem_user_data = this;
    table_.malloc = [](size_t bytes, void* self) {
        return static_cast<H2Memory*>(self)->take(bytes);
    };
    table_.free = [](void* memory, void* self) { static_cast<H2Memory*>(self)->give_back(memory); };
    table_.calloc = [](size_t n, size_t bytes, void* self) -> void* {
        size_t total = 0;
        if (__builtin_mul_overflow(n, bytes, &total)) {
            return nullptr;
        }
        void* const memory = static_cast<H2Memory*>(self)->take(total);
        return memory != nullptr ? std::memset(memory, 0, total) : nullptr;
    };
    table_.realloc = [](void* memory, size_t bytes, void* self) {
        return static_cast<H2Memory*>(self)->resize(memory, bytes);
    };
}

H2Memory::~H2Memory() {
    for (Kept& kept : kept_) {
        while (Block* const block = kept.first) {
            kept.first = block->next;
            std::free(block);
        }
    }
}

void* H2Memory::take(size_t bytes) {
    const size_t size = bytes == 0 ? 0 : (bytes - 1) / kStep;
    const bool small = size < kSizes;
    if (small && kept_[size].first != nullptr) {
        Block* const block = kept_[size].first;
        kept_[size].first = block->next;
        --kept_[size].count;
        return block + 1;
    }
    const size_t room = small ? (size + 1) * kStep : bytes;
    if (room > SIZE_MAX - sizeof(Block)) {
        return nullptr;
    }
    auto* const block = static_cast<Block*>(std::malloc(sizeof(Block) + room));
    if (block == nullptr) {
        return nullptr;
    }
    block->room = room;
    return block + 1;
}

void H2Memory::give_back(void* memory) {
    if (memory == nullptr) {
        return;
    }
    Block* const block = static_cast<Block*>(memory) - 1;
    const size_t size = block->room / kStep - 1;
    if (block->room % kStep != 0 || size >= kSizes || kept_[size].count == kKeptMax) {
        std::free(block);
        return;
    }
    block->next = kept_[size].first;
    kept_[size].first = block;
    ++kept_[size].count;
}

void* H2Memory::resize(void* memory, size_t bytes) {
    const size_t room = memory == nullptr ? 0 : (static_cast<Block*>(memory) - 1)->room;
    if (memory != nullptr && bytes <= room) {
        return memory;
    }
    void* const larger = take(bytes);
    if (larger != nullptr && memory != nullptr) {
        std::memcpy(larger, memory, std::min(room, bytes));
        give_back(memory);
    }
    return larger;
}

}  // namespace berth::http
