#pragma once

#include "base/room.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace berth {

// Memory for many objects of one type in chunks of 8 KiB: no heap block per object, all of them can
// be visited, and a chunk goes back when its last object died.
template <class T>
class Slab {
public:
    Slab() = default;
    Slab(const Slab&) = delete;
    Slab& operator=(const Slab&) = delete;
    ~Slab() {
        for_each([this](T& object) { destroy(object); });
        for (Chunk* chunk : open_) {
            std::free(chunk);
        }
    }

    // Null, or throws, when memory is exhausted.
    template <class... Args>
    T* make(Args&&... args) {
        if (open_.empty() && !add_chunk()) {
            return nullptr;
        }
        Chunk* chunk = open_.back();
        const auto slot = static_cast<size_t>(std::countr_zero(~chunk->used));
        T* object = ::new (chunk->at(slot)) T(std::forward<Args>(args)...);
        chunk->used |= uint64_t{1} << slot;
        if (chunk->used == kFull) {
            open_.pop_back();
            chunk->open = false;
        }
        ++size_;
        return object;
    }

    void destroy(T& object) {
        Chunk* chunk = chunk_of(object);
        const auto slot = static_cast<size_t>(&object - chunk->at(0));
        object.~T();
        chunk->used &= ~(uint64_t{1} << slot);
        --size_;
        if (!chunk->open) {
            chunk->open = true;
            open_.push_back(chunk);
        }
        if (chunk->used == 0 && open_.size() > 1) {
            drop(chunk);
        }
    }

    // visit may destroy the object that it is given, no other, and make none.
    template <class Visit>
    void for_each(Visit visit) {
        const std::vector<Chunk*> chunks = all_;
        for (Chunk* chunk : chunks) {
            for (uint64_t left = chunk->used; left != 0; left &= left - 1) {
                visit(*chunk->at(static_cast<size_t>(std::countr_zero(left))));
            }
        }
    }

    size_t size() const { return size_; }
    size_t chunks() const { return all_.size(); }

private:
    static constexpr size_t kChunkBytes = 8192;
    static constexpr size_t kHeaderBytes = 64;
    static constexpr size_t kFit = (kChunkBytes - kHeaderBytes) / sizeof(T);
    static constexpr size_t kSlots = kFit < 64 ? kFit : 64;
    static constexpr uint64_t kFull = kSlots == 64 ? ~uint64_t{0} : (uint64_t{1} << kSlots) - 1;
    static_assert(kSlots > 0 && alignof(T) <= kHeaderBytes);

    struct Chunk {
        uint64_t used = 0;  // a bit per slot
        bool open = true;   // in open_

        T* at(size_t slot) {
            void* first = static_cast<char*>(static_cast<void*>(this)) + kHeaderBytes;
            return static_cast<T*>(first) + slot;
        }
    };

    // Chunks are aligned to their size, so the chunk of an object is found by cutting its address.
    static Chunk* chunk_of(T& object) {
        const auto address = std::bit_cast<uintptr_t>(&object);
        return std::bit_cast<Chunk*>(address & ~uintptr_t{kChunkBytes - 1});
    }

    // Room first, so that no chunk is lost and destroy() needs none.
    bool add_chunk() {
        reserve_room(all_, all_.size() + 1);
        reserve_room(open_, all_.size() + 1);
        void* memory = std::aligned_alloc(kChunkBytes, kChunkBytes);
        if (memory == nullptr) {
            return false;
        }
        auto* chunk = ::new (memory) Chunk;
        all_.push_back(chunk);
        open_.push_back(chunk);
        return true;
    }

    void drop(Chunk* chunk) {
        std::erase(all_, chunk);
        std::erase(open_, chunk);
        std::free(chunk);
    }

    std::vector<Chunk*> all_;
    std::vector<Chunk*> open_;  // those with a free slot
    size_t size_ = 0;
};

}  // namespace berth
