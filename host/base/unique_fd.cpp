#include "base/unique_fd.h"

#include "base/live.h"
#include "base/sys.h"

namespace berth {

UniqueFd::UniqueFd(int fd) : fd_(fd) {
    if (fd_ >= 0) {
        live_add<LiveKind::kFd>(1);
    }
}

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
        reset();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

int UniqueFd::release() {
    if (fd_ >= 0) {
        live_remove<LiveKind::kFd>(1);
    }
    return std::exchange(fd_, -1);
}

void UniqueFd::reset() {
    const int fd = release();
    if (fd >= 0) {
        // Linux has closed the descriptor whatever close() returns; trying again could hit
        // another's.
        sys().close(fd);
    }
}

}  // namespace berth
