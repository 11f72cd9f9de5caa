#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

namespace berth {

// Where small writes of all connections gather until they are sent, at the latest when the turn
// ends.
class TurnBuffer {
public:
    static constexpr size_t kBytes = 256 * 1024;

    TurnBuffer() : memory_(std::make_unique_for_overwrite<uint8_t[]>(kBytes)) {}

    size_t room() const { return kBytes - used_; }
    // n <= room(); returns where the copy is.
    const uint8_t* add(const void* bytes, size_t n) {
        std::memcpy(place(), bytes, n);
        return add(n);
    }
    // Where room() bytes may be written; add() tells how many were.
    uint8_t* place() { return memory_.get() + used_; }
    const uint8_t* add(size_t n) {
        const uint8_t* added = place();
        used_ += n;
        return added;
    }
    // When nothing in it is still to be sent.
    void reset() { used_ = 0; }

private:
    std::unique_ptr<uint8_t[]> memory_;
    size_t used_ = 0;
};

}  // namespace berth
