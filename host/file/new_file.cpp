#include "file/new_file.h"

#include "base/sys.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <utility>

namespace berth {
namespace {

constexpr mode_t kMode = 0644;
constexpr int kTriesMax = 8;  // of names that are taken

berth_status status_of(int error) {
    switch (error) {
        case ENOENT:
        case ENOTDIR:
            return BERTH_DECLINED;
        case EACCES:
        case EPERM:
        case EROFS:
            return BERTH_E_DENIED;
        case EISDIR:
        case ENOTEMPTY:
        case EBUSY:  // a mount point
            return BERTH_E_STATE;
        case EEXIST:
            return BERTH_E_GONE;
        case ENAMETOOLONG:
            return BERTH_E_INVAL;
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return BERTH_E_LIMIT;
        case EMFILE:
        case ENFILE:
        case ENOMEM:
            return BERTH_E_NOMEM;
        default:
            return BERTH_E_IO;
    }
}

struct Split {
    std::string folder, name;
};

Split split(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? Split{"", path}
                                      : Split{path.substr(0, slash), path.substr(slash + 1)};
}

berth_status open_folder(const RootFolder& root, const std::string& path, UniqueFd& folder) {
    FoundFile found = root.find(path);
    if (found.status != BERTH_OK) {
        return found.status == BERTH_E_LIMIT ? BERTH_E_NOMEM : found.status;
    }
    if (found.is_closed) {  // nor could it be told to the disk
        return BERTH_E_DENIED;
    }
    folder = std::move(found.fd);
    return found.stat.type == BERTH_FILE_FOLDER ? BERTH_OK : BERTH_DECLINED;
}

berth_status sync(int fd) {
    return sys().fsync(fd) == 0 ? berth_status{BERTH_OK} : status_of(errno);
}

// BERTH_OK, or BERTH_E_GONE when it is another by now.
berth_status check(const RootFolder& root,
                   const std::string& path,
                   const berth_file_stat* expected) {
    if (expected == nullptr) {
        return BERTH_OK;
    }
    const FoundFile found = root.find(path);
    const bool meets = expected->type == 0
                           ? found.status == BERTH_DECLINED
                           : found.status == BERTH_OK && is_same(found.stat, *expected);
    return meets ? BERTH_OK : BERTH_E_GONE;
}

std::string hidden_name() {
    timespec now{};
    sys().clock_gettime(CLOCK_REALTIME, &now);
    const uint64_t number =
        static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, number, 16).ptr;
    return std::string(kUploadPrefix).append(digits, end);
}

}  // namespace

berth_status NewFile::create(const RootFolder& root, const std::string& path) {
    const Split parts = split(path);
    if (const berth_status status = open_folder(root, parts.folder, folder_); status != BERTH_OK) {
        return status;
    }
    path_ = path;
    const std::string stem = hidden_name();
    for (int tried = 0; tried < kTriesMax; ++tried) {
        std::string name = stem + "-" + std::to_string(tried);
        const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        fd_ = UniqueFd(sys().openat(folder_.get(), name.c_str(), flags, kMode));
        if (fd_) {
            hidden_ = std::move(name);
            return BERTH_OK;
        }
        if (errno != EEXIST) {
            break;
        }
    }
    return status_of(errno);
}

berth_status NewFile::write(std::span<const uint8_t> bytes) {
    while (!bytes.empty()) {
        const size_t most = std::min(bytes.size(), sys().io_max);
        const ssize_t n = sys().write(fd_.get(), bytes.data(), most);
        if (n < 0 && errno != EINTR) {
            return status_of(errno);
        }
        bytes = bytes.subspan(static_cast<size_t>(std::max<ssize_t>(n, 0)));
    }
    return BERTH_OK;
}

// The content is on the disk before it has its name, and the name before anybody is told.
berth_status NewFile::put_in_place(const RootFolder& root, const berth_file_stat* expected) {
    berth_status status = sync(fd_.get());
    status = status == BERTH_OK ? check(root, path_, expected) : status;
    status = status == BERTH_OK ? rename(expected) : status;
    if (status != BERTH_OK) {
        return status;
    }
    hidden_.clear();
    fd_.reset();
    status = sync(folder_.get());
    folder_.reset();
    return status;
}

berth_status NewFile::rename(const berth_file_stat* expected) {
    const std::string name = split(path_).name;
    const bool alone = expected != nullptr && expected->type == 0;
    const auto done = [&](unsigned flags) {
        return sys().renameat2(
                   folder_.get(), hidden_.c_str(), folder_.get(), name.c_str(), flags) == 0;
    };
    // Some file systems cannot promise that nothing is replaced; check() has just looked.
    if (done(alone ? RENAME_NOREPLACE : 0) || (alone && errno == EINVAL && done(0))) {
        return BERTH_OK;
    }
    return status_of(errno);
}

void NewFile::discard() {
    if (!hidden_.empty()) {
        sys().unlinkat(folder_.get(), hidden_.c_str(), 0);
        hidden_.clear();
    }
    fd_.reset();
    folder_.reset();
}

berth_status remove_file(const RootFolder& root,
                         const std::string& path,
                         const berth_file_stat* expected) {
    const Split parts = split(path);
    UniqueFd folder;
    berth_status status = open_folder(root, parts.folder, folder);
    status = status == BERTH_OK ? check(root, path, expected) : status;
    if (status != BERTH_OK) {
        return status;
    }
    const auto removed = [&](int flags) {
        return sys().unlinkat(folder.get(), parts.name.c_str(), flags) == 0;
    };
    if (!removed(0) && !(errno == EISDIR && removed(AT_REMOVEDIR))) {
        // A folder that is not empty may be EEXIST as well.
        return errno == EEXIST ? berth_status{BERTH_E_STATE} : status_of(errno);
    }
    return sync(folder.get());
}

}  // namespace berth
