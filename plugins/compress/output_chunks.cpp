#include "output_chunks.h"

#include <utility>

namespace berth::compress {

ChunkPool::Chunk* ChunkPool::take() {
    if (free_.empty()) {
        free_.push_back(std::make_unique_for_overwrite<Chunk>());
    }
    Chunk* const chunk = free_.back().release();
    free_.pop_back();
    chunk->berth_owner::retain = &ChunkPool::retain;
    chunk->berth_owner::release = &ChunkPool::release;
    chunk->pool = this;
    chunk->references = 1;
    return chunk;
}

void ChunkPool::retain(berth_owner* owner) {
    ++static_cast<Chunk*>(owner)->references;
}

void ChunkPool::release(berth_owner* owner) {
    std::unique_ptr<Chunk> chunk(static_cast<Chunk*>(owner));
    if (--chunk->references != 0) {
        static_cast<void>(chunk.release());
        return;
    }
    auto& free = chunk->pool->free_;
    if (free.size() < kFreeMax) {
        free.push_back(std::move(chunk));
    }
}

Output::~Output() {
    if (chunk_ != nullptr) {
        chunk_->release(chunk_);
    }
}

uint8_t* Output::at() {
    if (chunk_ != nullptr && room() == 0) {
        failed_ |= !finish();
    }
    if (chunk_ == nullptr) {
        chunk_ = pool_.take();
        used_ = 0;
    }
    return chunk_->bytes.data() + used_;
}

bool Output::finish() {
    if (chunk_ == nullptr || used_ == 0) {
        return !failed_;
    }
    if (failed_ || http_.segs_reserve(&req_, &out_, 1) < 0) {
        failed_ = true;
        return false;
    }
    berth_seg segment{};
    segment.kind = BERTH_SEG_OWNED;
    segment.u.mem = chunk_->bytes.data();
    segment.len = used_;
    segment.v.owner = std::exchange(chunk_, nullptr);
    out_.segs[out_.n++] = segment;
    return true;
}

}  // namespace berth::compress
