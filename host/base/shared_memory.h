#pragma once

#include "base/result.h"

#include <cstddef>

namespace berth {

// Zeroed memory that this process shares with the children it forks from now on. Its pages are made
// when they are first written, so that room which nobody uses costs nothing.
class SharedMemory {
public:
    // what: named in the error.
    static Result<SharedMemory> make(size_t bytes, const char* what);
    SharedMemory(SharedMemory&& other) noexcept;
    SharedMemory& operator=(SharedMemory&&) = delete;
    ~SharedMemory();

    void* data() const { return data_; }
    size_t size() const { return size_; }

private:
    SharedMemory(void* data, size_t size) : data_(data), size_(size) {}

    void* data_;  // null: moved from
    const size_t size_;
};

}  // namespace berth
