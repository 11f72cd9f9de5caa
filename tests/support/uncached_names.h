#pragma once

#include "base/sys.h"

#include <linux/openat2.h>

#include <cerrno>

namespace berth::testing {

// For Sys::openat2: no name is in the system's memory, so that the pool is asked.
inline int open_uncached(int at, const char* path, const open_how* how, size_t size) {
    if ((how->resolve & RESOLVE_CACHED) != 0) {
        errno = EAGAIN;
        return -1;
    }
    return real_sys().openat2(at, path, how, size);
}

}  // namespace berth::testing
