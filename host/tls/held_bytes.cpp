#include "tls/held_bytes.h"

#include "base/live.h"

#include <cstring>

namespace berth {

HeldBytes::~HeldBytes() {
    release();
}

void HeldBytes::consume(size_t n) {
    begin_ += n;
    if (begin_ == end_) {
        release();
    }
}

std::span<uint8_t> HeldBytes::claim() {
    evict_owner();
    return {shared_.bytes.get(), shared_.capacity};
}

void HeldBytes::filled(size_t n) {
    if (n == 0) {
        return;
    }
    shared_.owner = this;
    begin_ = 0;
    end_ = n;
}

bool HeldBytes::append(std::span<const uint8_t> more) {
    if (end_ - begin_ + more.size() > kHeapMax) {
        return false;
    }
    if (empty()) {
        evict_owner();
        shared_.owner = this;
    }
    if (owns_shared() && room() < more.size()) {
        move_to_heap();
    }
    if (owns_shared()) {
        std::memcpy(shared_.bytes.get() + end_, more.data(), more.size());
    } else {
        append_to_heap(more);
    }
    end_ += more.size();
    return true;
}

size_t HeldBytes::room() const {
    if (empty()) {
        return shared_.capacity;
    }
    return owns_shared() ? shared_.capacity - end_ : 0;
}

void HeldBytes::evict_owner() {
    if (shared_.owner != nullptr && shared_.owner != this) {
        shared_.owner->move_to_heap();
    }
}

void HeldBytes::move_to_heap() {
    append_to_heap(bytes());
    end_ -= begin_;
    begin_ = 0;
    shared_.owner = nullptr;
}

void HeldBytes::append_to_heap(std::span<const uint8_t> more) {
    const size_t before = heap_.capacity();
    heap_.insert(heap_.end(), more.begin(), more.end());
    const bool is_new = before == 0 && heap_.capacity() > 0;
    live_add<LiveKind::kHeapBlock>(is_new ? 1 : 0, heap_.capacity() - before);
}

void HeldBytes::release() {
    if (owns_shared()) {
        shared_.owner = nullptr;
    }
    if (heap_.capacity() > 0) {
        live_remove<LiveKind::kHeapBlock>(1, heap_.capacity());
        std::vector<uint8_t>().swap(heap_);  // assigning {} would keep the memory
    }
    begin_ = end_ = 0;
}

}  // namespace berth
