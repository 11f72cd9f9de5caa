#pragma once

#include <malloc.h>

#include <cstddef>
#include <filesystem>

namespace berth::testing {

// Bytes that are allocated now. Constant under a sanitizer, which finds leaks by itself.
inline size_t live_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

inline std::ptrdiff_t entries_of(const char* folder) {
    return std::distance(std::filesystem::directory_iterator(folder), {});
}

inline std::ptrdiff_t live_threads() {
    return entries_of("/proc/self/task");
}

inline std::ptrdiff_t live_descriptors() {
    return entries_of("/proc/self/fd");
}

}  // namespace berth::testing
