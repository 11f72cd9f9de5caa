#pragma once

#include <nghttp2/nghttp2.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace berth::http {

// Where nghttp2's sessions of one worker take their memory from. Most of it is small, and lives as
// long as a stream: blocks that come back are kept, by size, for the next stream of any session.
class H2Memory {
public:
    H2Memory();
    ~H2Memory();
    H2Memory(const H2Memory&) = delete;
    H2Memory& operator=(const H2Memory&) = delete;

    nghttp2_mem* table() { return &table_; }

private:
    struct Block;
    static constexpr size_t kStep = 64, kSizes = 16;  // sizes up to 1 KiB are kept
    static constexpr uint32_t kKeptMax = 256;         // of each size

    struct Kept {
        Block* first = nullptr;
        uint32_t count = 0;
    };

    void* take(size_t bytes);
    void give_back(void* memory);
    void* resize(void* memory, size_t bytes);

    nghttp2_mem table_;
    std::array<Kept, kSizes> kept_{};
};

}  // namespace berth::http
