#include "net/output_queue.h"

#include "base/room.h"
#include "net/open_file.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace berth {

namespace {

// Room of a block that is begun for a few bytes: more of them follow while a socket is blocked.
constexpr size_t kBlockMin = 4096;

}  // namespace

HeapBlock::Ptr HeapBlock::make(size_t capacity) {
    void* memory = std::malloc(sizeof(HeapBlock) + capacity);
    if (memory == nullptr) {
        return nullptr;
    }
    live_add<LiveKind::kHeapBlock>(1, capacity);
    return Ptr(::new (memory) HeapBlock(capacity));
}

void HeapBlock::Free::operator()(HeapBlock* block) const {
    live_remove<LiveKind::kHeapBlock>(1, block->capacity());
    std::free(block);
}

void HeapBlock::append(const uint8_t* bytes, size_t n) {
    std::memcpy(data() + size_, bytes, n);
    size_ += n;
}

void HeapBlock::assign(const uint8_t* bytes, size_t n) {
    std::memmove(data(), bytes, n);
    size_ = n;
}

void OutputQueue::make_room() {
    reserve_room(pieces_, pieces_.size() + kRoom);
}

void OutputQueue::add_turn(const uint8_t* bytes, size_t n) {
    bytes_ += n;
    if (first_ < pieces_.size()) {
        Piece& last = pieces_.back();
        if (last.in_turn && last.bytes + last.size == bytes) {
            last.size += n;
            return;
        }
    }
    pieces_.push_back({bytes, n, nullptr, nullptr, true});
}

void OutputQueue::add_reference(const uint8_t* bytes, size_t n, berth_owner* owner) {
    bytes_ += n;
    pieces_.push_back({bytes, n, owner, nullptr, false});
}

bool OutputQueue::add_copy(const uint8_t* bytes, size_t n) {
    const bool joins = first_ < pieces_.size() && pieces_.back().block;
    const size_t fits = joins ? std::min(n, pieces_.back().block->room()) : 0, rest = n - fits;
    HeapBlock::Ptr block = rest == 0 ? nullptr : HeapBlock::make(std::max(rest, kBlockMin));
    if (rest != 0 && !block) {
        return false;
    }
    if (fits != 0) {
        pieces_.back().block->append(bytes, fits);
        pieces_.back().size += fits;
    }
    if (block) {
        block->append(bytes + fits, rest);
        const uint8_t* data = block->data();
        pieces_.push_back({data, rest, nullptr, std::move(block), false});
    }
    bytes_ += n;
    return true;
}

void OutputQueue::add_file(berth_file& file, uint64_t offset, uint64_t n) {
    bytes_ += n;
    file_bytes_ += n;
    pieces_.push_back({nullptr, n, &file, nullptr, false, offset});
}

OutputQueue::FilePart OutputQueue::first_file() const {
    const Piece& piece = pieces_[first_];
    return {*static_cast<berth_file*>(piece.owner), piece.offset, piece.size};
}

size_t OutputQueue::gather(std::span<iovec> into, size_t bytes_max) const {
    size_t filled = 0;
    for (size_t i = first_; i < pieces_.size() && filled < into.size() && bytes_max > 0; ++i) {
        if (pieces_[i].is_file()) {
            break;
        }
        const size_t n = std::min<uint64_t>(pieces_[i].size, bytes_max);
        into[filled++] = {const_cast<uint8_t*>(pieces_[i].bytes), n};
        bytes_max -= n;
    }
    return filled;
}

bool OutputQueue::file_follows(size_t count) const {
    const size_t next = first_ + count;
    return next < pieces_.size() && pieces_[next].is_file();
}

void OutputQueue::put_in_front(HeapBlock::Ptr block) {
    Piece& file = pieces_[first_];
    const size_t n = block->size();
    const uint8_t* bytes = block->data();
    advance(file, n);
    if (file.size == 0) {
        file.owner->release(file.owner);
        file = {bytes, n, nullptr, std::move(block), false};
    } else {
        const auto place = pieces_.begin() + static_cast<std::ptrdiff_t>(first_);
        pieces_.insert(place, {bytes, n, nullptr, std::move(block), false});
    }
}

void OutputQueue::consume(uint64_t n) {
    bytes_ -= n;
    while (n > 0 && n >= pieces_[first_].size) {
        Piece& sent = pieces_[first_++];
        n -= sent.size;
        advance(sent, sent.size);
        sent.block.reset();
        if (berth_owner* owner = std::exchange(sent.owner, nullptr)) {
            owner->release(owner);
        }
    }
    if (n > 0) {
        advance(pieces_[first_], n);
    }
    if (first_ == pieces_.size()) {
        pieces_.clear();
        first_ = 0;
    }
}

void OutputQueue::advance(Piece& piece, uint64_t n) {
    piece.size -= n;
    if (piece.is_file()) {
        piece.offset += n;
        file_bytes_ -= n;
    } else {
        piece.bytes += n;
    }
}

bool OutputQueue::keep() {
    for (size_t i = first_; i < pieces_.size(); ++i) {
        if (!pieces_[i].in_turn) {
            continue;
        }
        Piece& piece = pieces_[i];
        HeapBlock::Ptr block = HeapBlock::make(std::max(piece.size, kBlockMin));
        if (!block) {
            return false;
        }
        block->append(piece.bytes, piece.size);
        piece.bytes = block->data();
        piece.block = std::move(block);
        piece.in_turn = false;
    }
    return true;
}

void OutputQueue::abandon() {
    for (size_t i = first_; i < pieces_.size(); ++i) {
        if (berth_owner* owner = std::exchange(pieces_[i].owner, nullptr)) {
            owner->release(owner);
        }
    }
    pieces_.clear();
    first_ = 0;
    file_wait_.reset();
}

void OutputQueue::clear() {
    abandon();
    bytes_ = 0;
    file_bytes_ = 0;
    progress_ = {};
}

}  // namespace berth
