#include "net/open_file.h"

#include "base/log.h"
#include "base/sys.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

namespace {

berth_file& file_of(berth_owner* owner) {
    return *static_cast<berth_file*>(owner);
}

berth::FileReadResult read_all(int fd, uint64_t offset, std::span<uint8_t> into) {
    size_t done = 0;
    while (done < into.size()) {
        const ssize_t n = berth::sys().pread(
            fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (n == 0) {
            break;
        }
        if (n > 0) {
            done += static_cast<size_t>(n);
        } else if (errno != EINTR) {
            return {berth::FileRead::kFailed, 0};
        }
    }
    return {berth::FileRead::kOk, done};
}

// Empty where the file system cannot tell what is in memory.
std::optional<berth::FileReadResult> read_without_waiting(int fd,
                                                          uint64_t offset,
                                                          std::span<uint8_t> into) {
    const iovec place{into.data(), into.size()};
    for (;;) {
        const ssize_t n =
            berth::sys().preadv2(fd, &place, 1, static_cast<off_t>(offset), RWF_NOWAIT);
        if (n >= 0) {
            return berth::FileReadResult{berth::FileRead::kOk, static_cast<size_t>(n)};
        }
        if (errno == EAGAIN) {
            return berth::FileReadResult{berth::FileRead::kCold, 0};
        }
        if (errno == EOPNOTSUPP || errno == ENOSYS) {
            return std::nullopt;
        }
        if (errno != EINTR) {
            return berth::FileReadResult{berth::FileRead::kFailed, 0};
        }
    }
}

// Where a file system that cannot tell is asked without a detour all the same: those that lie in
// memory, and overlays, whose layers are local disks. For each part of a file to the pool would
// cost them more than a rare wait does.
bool is_asked_at_once(int fd) {
    struct statfs system {};
    if (berth::sys().fstatfs(fd, &system) != 0) {
        return false;
    }
    const auto kind = static_cast<unsigned long>(system.f_type);
    return kind == TMPFS_MAGIC || kind == RAMFS_MAGIC || kind == OVERLAYFS_SUPER_MAGIC;
}

berth::FileReadResult read_loaded(const berth_file& file,
                                  uint64_t offset,
                                  std::span<uint8_t> into) {
    const auto rest = file.content().subspan(std::min(offset, file.stat().size));
    const size_t n = std::min(rest.size(), into.size());
    std::copy_n(rest.begin(), n, into.begin());
    return {berth::FileRead::kOk, n};
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

berth_file::~berth_file() {
    if (is_loaded()) {
        berth::live_remove<berth::LiveKind::kFile>(0, stat_.size);
    }
}

bool berth_file::is_loadable(const berth_file_stat& stat) {
    constexpr size_t kSizeMax = 8 * 1024;
    return stat.type == BERTH_FILE_REGULAR && stat.size != 0 && stat.size <= kSizeMax;
}

void berth_file::load() {
    auto content = std::make_unique_for_overwrite<uint8_t[]>(stat_.size);
    const auto read = berth::read_file_now(*this, 0, {content.get(), stat_.size});
    if (read.status != berth::FileRead::kOk || read.bytes != stat_.size) {
        return;
    }
    content_ = std::move(content);
    fd_.reset();
    berth::live_add<berth::LiveKind::kFile>(0, stat_.size);
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

void tell_failure(berth_file& file) {
    if (!std::exchange(file.memory().failure_told, true)) {
        log_warning(
            "file: /", file.path(), ": unreadable or shorter than it was, while it was sent");
    }
}

FileReadResult read_file_now(berth_file& file, uint64_t offset, std::span<uint8_t> into) {
    if (file.is_loaded()) {
        return read_loaded(file, offset, into);
    }
    if (file.memory().asked_at_once) {
        return read_all(file.fd(), offset, into);
    }
    return read_without_waiting(file.fd(), offset, into).value_or(FileReadResult{FileRead::kCold});
}

FileReadResult read_file(const berth_file& file, uint64_t offset, std::span<uint8_t> into) {
    if (file.is_loaded()) {
        return read_loaded(file, offset, into);
    }
    const int fd = file.fd();
    FileReadResult result = read_all(fd, offset, into);
    uint8_t byte = 0;
    result.asked_at_once = !read_without_waiting(fd, offset, {&byte, 1}) && is_asked_at_once(fd);
    return result;
}

}  // namespace berth
