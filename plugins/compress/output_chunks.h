#pragma once

#include "berth/http.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace berth::compress {

// Pieces of memory for encoded bytes, which come back when they have been sent. One loop.
class ChunkPool {
public:
    static constexpr size_t kChunkSize = 16 * 1024 - 64;

    struct Chunk : berth_owner {
        ChunkPool* pool;
        uint32_t references;
        std::array<uint8_t, kChunkSize> bytes;
    };

    ChunkPool() = default;
    ChunkPool(const ChunkPool&) = delete;
    ChunkPool& operator=(const ChunkPool&) = delete;

    // With one reference; throws std::bad_alloc.
    Chunk* take();
    // Frees those that nobody uses.
    void trim() { free_.clear(); }

private:
    static void retain(berth_owner* owner);
    static void release(berth_owner* owner);

    static constexpr size_t kFreeMax = 64;
    std::vector<std::unique_ptr<Chunk>> free_;
};

// Where an encoder writes: one chunk after the other, which go out as segments.
class Output {
public:
    Output(ChunkPool& pool, const berth_http_ext& http, berth_http_req& req, berth_segs& out)
        : pool_(pool), http_(http), req_(req), out_(out) {}
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    // Room for at least one byte, room() of them.
    uint8_t* at();
    size_t room() const { return ChunkPool::kChunkSize - used_; }
    void wrote(size_t n) { used_ += n; }
    // Puts what is written into the list; false when memory is exhausted.
    bool finish();

private:
    ChunkPool& pool_;
    const berth_http_ext& http_;
    berth_http_req& req_;
    berth_segs& out_;
    ChunkPool::Chunk* chunk_ = nullptr;
    size_t used_ = 0;
    bool failed_ = false;
};

}  // namespace berth::compress
