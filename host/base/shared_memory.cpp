#include "base/shared_memory.h"

#include "base/sys.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace berth {

Result<SharedMemory> SharedMemory::make(size_t bytes, const char* what) {
    void* memory = sys().mmap(
        nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        const int code = errno;
        return Error{std::string("no shared memory for ") + what + ": " + std::strerror(code),
                     code};
    }
    return SharedMemory(memory, bytes);
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(other.size_) {}

SharedMemory::~SharedMemory() {
    if (data_ != nullptr) {
        sys().munmap(data_, size_);
    }
}

}  // namespace berth
