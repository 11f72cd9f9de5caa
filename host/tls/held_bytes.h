#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace berth {

class HeldBytes;

// Room that many connections use in turn.
struct SharedBuffer {
    explicit SharedBuffer(size_t size) : bytes(std::make_unique<uint8_t[]>(size)), capacity(size) {}

    const std::unique_ptr<uint8_t[]> bytes;
    const size_t capacity;
    HeldBytes* owner = nullptr;  // whose bytes are in it
};

// A connection's bytes in the shared buffer; they move to the heap only when another connection
// needs the buffer or they outgrow it. Takes no memory while empty.
class HeldBytes {
public:
    static constexpr size_t kHeapMax = 1024 * 1024;

    explicit HeldBytes(SharedBuffer& shared) : shared_(shared) {}
    ~HeldBytes();
    HeldBytes(const HeldBytes&) = delete;
    HeldBytes& operator=(const HeldBytes&) = delete;

    bool empty() const { return begin_ == end_; }
    std::span<const uint8_t> bytes() const { return {data() + begin_, end_ - begin_}; }
    // Forgets the first n bytes.
    void consume(size_t n);

    // The whole shared buffer, to be filled by the caller, who then tells filled() how far. Only
    // when empty.
    std::span<uint8_t> claim();
    void filled(size_t n);

    // False, and nothing is taken, when more than kHeapMax bytes would be held.
    bool append(std::span<const uint8_t> more);
    // How many bytes can be appended before the heap is needed.
    size_t room() const;

private:
    const uint8_t* data() const { return heap_.empty() ? shared_.bytes.get() : heap_.data(); }
    bool owns_shared() const { return shared_.owner == this; }
    void evict_owner();
    void move_to_heap();
    void append_to_heap(std::span<const uint8_t> more);
    void release();

    SharedBuffer& shared_;
    std::vector<uint8_t> heap_;  // empty: in the shared buffer, if anywhere
    size_t begin_ = 0, end_ = 0;
};

}  // namespace berth
