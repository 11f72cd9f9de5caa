#include "net/open_file.h"

#include "base/sys.h"

#include <cerrno>
#include <utility>

namespace {

berth_file& file_of(berth_owner* owner) {
    return *static_cast<berth_file*>(owner);
}

}  // namespace

berth_file::berth_file(berth::UniqueFd fd, const berth_file_stat& stat)
    : berth_owner{}, fd_(std::move(fd)), stat_(stat) {
    retain = [](berth_owner* owner) { ++file_of(owner).holders_; };
    release = [](berth_owner* owner) {
        if (--file_of(owner).holders_ == 0) {
            delete &file_of(owner);
        }
    };
}

namespace berth {

FileRef& FileRef::operator=(FileRef&& other) noexcept {
    FileRef old(std::exchange(file_, other.release()));
    return *this;
}

FileRef::~FileRef() {
    if (file_ != nullptr) {
        file_->release(file_);
    }
}

berth_file* FileRef::release() {
    return std::exchange(file_, nullptr);
}

FileRef FileRef::another() const {
    if (file_ != nullptr) {
        file_->retain(file_);
    }
    return FileRef(file_);
}

FileReadResult read_file_now(int fd, uint64_t offset, std::span<uint8_t> into) {
    const iovec place{into.data(), into.size()};
    for (;;) {
        const ssize_t n = sys().preadv2(fd, &place, 1, static_cast<off_t>(offset), RWF_NOWAIT);
        if (n >= 0) {
            return {FileRead::kOk, static_cast<size_t>(n)};
        }
        if (errno == EAGAIN) {
            return {FileRead::kCold, 0};
        }
        if (errno == EOPNOTSUPP || errno == ENOSYS) {
            return {FileRead::kCannotTell, 0};
        }
        if (errno != EINTR) {
            return {FileRead::kFailed, 0};
        }
    }
}

FileReadResult read_file(int fd, uint64_t offset, std::span<uint8_t> into) {
    size_t done = 0;
    while (done < into.size()) {
        const ssize_t n = sys().pread(
            fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (n == 0) {
            break;
        }
        if (n > 0) {
            done += static_cast<size_t>(n);
        } else if (errno != EINTR) {
            return {FileRead::kFailed, 0};
        }
    }
    return {FileRead::kOk, done};
}

}  // namespace berth
