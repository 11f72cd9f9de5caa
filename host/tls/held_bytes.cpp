#include "tls/held_bytes.h"

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
        heap_.insert(heap_.end(), more.begin(), more.end());
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
    const auto held = bytes();
    heap_.assign(held.begin(), held.end());
    end_ -= begin_;
    begin_ = 0;
    shared_.owner = nullptr;
}

void HeldBytes::release() {
    if (owns_shared()) {
        shared_.owner = nullptr;
    }
    heap_ = {};
    begin_ = end_ = 0;
}

}  // namespace berth
