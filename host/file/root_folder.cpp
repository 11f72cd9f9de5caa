#include "file/root_folder.h"

#include "base/sys.h"

#include <fcntl.h>
#include <linux/openat2.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <utility>

namespace berth {
namespace {

// Without waiting for the writer of a FIFO or for a device; what is neither file nor folder is
// refused afterwards.
constexpr int kOpenFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
constexpr uint64_t kBelow = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;

berth_status status_of(int error) {
    switch (error) {
        case ENOENT:
        case ENOTDIR:
        case EXDEV:  // beyond the root
        case ELOOP:
            return BERTH_DECLINED;
        case EACCES:
        case EPERM:
        case ENXIO:
        case ENODEV:
            return BERTH_E_DENIED;
        case ENAMETOOLONG:
            return BERTH_E_INVAL;
        case EMFILE:
        case ENFILE:
            return BERTH_E_LIMIT;
        case ENOMEM:
            return BERTH_E_NOMEM;
        default:
            return BERTH_E_IO;
    }
}

// File systems know years that nanoseconds since 1970 do not reach: those are at its ends, with
// room for those who add a few seconds.
int64_t nanoseconds(const timespec& time) {
    constexpr int64_t kSecond = 1'000'000'000, kMost = INT64_MAX / kSecond - 10;
    return std::clamp(int64_t{time.tv_sec}, -kMost, kMost) * kSecond + time.tv_nsec;
}

FoundFile described(int fd) {
    FoundFile found;
    if (fd < 0) {
        // EAGAIN: the kernel's memory is not enough, or the tree did not stand still.
        found.status = errno == EAGAIN ? berth_status{BERTH_AGAIN} : status_of(errno);
        return found;
    }
    found.fd = UniqueFd(fd);
    struct stat facts {};
    if (sys().fstat(fd, &facts) != 0) {
        found.status = BERTH_E_IO;
        return found;
    }
    found.stat = stat_of(facts);
    found.changed_ns = nanoseconds(facts.st_ctim);
    found.status = found.stat.type == 0 ? BERTH_E_DENIED : BERTH_OK;
    return found;
}

// What open(flags) opens. A folder that may not be read is still known to be one.
template <class Open>
FoundFile opened(Open open) {
    FoundFile found = described(open(kOpenFlags));
    if (found.status == BERTH_E_DENIED && !found.fd) {
        FoundFile folder = described(open(O_PATH | O_DIRECTORY | O_CLOEXEC));
        folder.is_closed = true;
        return folder.status == BERTH_OK ? std::move(folder) : std::move(found);
    }
    return found;
}

}  // namespace

int open_below(int folder, const char* path, int flags, uint64_t resolve) {
    constexpr int kTriesMax = 128;  // other programs rename all the time, but not in every walk
    const open_how how{static_cast<uint64_t>(flags), 0, kBelow | resolve};
    const bool waits = (resolve & RESOLVE_CACHED) == 0;
    int fd = -1, tried = 0;
    do {
        fd = sys().openat2(folder, path, &how, sizeof how);
    } while (fd < 0 && (errno == EINTR || (errno == EAGAIN && waits)) && ++tried < kTriesMax);
    return fd;
}

bool is_plain_path(std::string_view path) {
    if (path.size() >= PATH_MAX || path.find('\0') != std::string_view::npos) {
        return false;
    }
    while (!path.empty()) {
        const size_t end = std::min(path.find('/'), path.size());
        const std::string_view component = path.substr(0, end);
        const bool is_last = end == path.size();
        if (component.empty() || component == "." || component == ".." ||
            (!is_last && end + 1 == path.size())) {
            return false;
        }
        path.remove_prefix(is_last ? end : end + 1);
    }
    return true;
}

bool names_upload(std::string_view path) {
    for (size_t at = path.find(kUploadPrefix); at != std::string_view::npos;
         at = path.find(kUploadPrefix, at + 1)) {
        if (at == 0 || path[at - 1] == '/') {
            return true;
        }
    }
    return false;
}

berth_file_stat stat_of(const struct stat& found) {
    berth_file_stat stat{};
    stat.size = static_cast<uint64_t>(found.st_size);
    stat.mtime_ns = nanoseconds(found.st_mtim);
    stat.inode = found.st_ino;
    stat.type = S_ISREG(found.st_mode)   ? uint32_t{BERTH_FILE_REGULAR}
                : S_ISDIR(found.st_mode) ? uint32_t{BERTH_FILE_FOLDER}
                                         : 0;
    return stat;
}

bool is_same(const berth_file_stat& a, const berth_file_stat& b) {
    return a.inode == b.inode && a.mtime_ns == b.mtime_ns && a.size == b.size && a.type == b.type;
}

berth_status RootFolder::open(const std::string& path, std::shared_ptr<RootFolder>& root) {
    if (path.empty() || path.front() != '/' || path.find('\0') != std::string::npos) {
        return BERTH_E_INVAL;
    }
    UniqueFd fd(sys().open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
    if (!fd) {
        return errno == ENOTDIR ? BERTH_E_INVAL : status_of(errno);
    }
    root = std::make_shared<RootFolder>(std::move(fd));
    return BERTH_OK;
}

berth_status RootFolder::open(int folder, std::shared_ptr<RootFolder>& root) {
    UniqueFd fd(sys().openat(folder, ".", O_PATH | O_DIRECTORY | O_CLOEXEC, 0));
    if (!fd) {
        return status_of(errno);
    }
    root = std::make_shared<RootFolder>(std::move(fd));
    return BERTH_OK;
}

RootFolder::RootFolder(UniqueFd fd) : fd_(std::move(fd)) {
    // Old kernels know neither the call nor, up to 5.12, RESOLVE_CACHED; sandboxes may forbid it.
    const UniqueFd self(open_below(fd_.get(), ".", O_PATH | O_CLOEXEC, RESOLVE_CACHED));
    by_kernel_ = self || (errno != ENOSYS && errno != EPERM);
    knows_cached_ = self || errno != EINVAL;
}

FoundFile RootFolder::find_now(std::string_view path) const {
    if (names_upload(path)) {
        return {};
    }
    if (!by_kernel_ || !knows_cached_) {
        FoundFile found;
        found.status = BERTH_AGAIN;
        return found;
    }
    return find_by_kernel(std::string(path), RESOLVE_CACHED);
}

FoundFile RootFolder::find(std::string_view path) const {
    if (names_upload(path)) {
        return {};
    }
    return by_kernel_ ? find_by_kernel(std::string(path), 0) : find_by_walk(std::string(path));
}

FoundFile RootFolder::find_by_kernel(const std::string& path, uint64_t resolve) const {
    return opened([&](int flags) {
        return open_below(fd_.get(), path.empty() ? "." : path.c_str(), flags, resolve);
    });
}

FoundFile RootFolder::find_by_walk(const std::string& path) const {
    UniqueFd folder;
    size_t begin = 0;
    for (size_t end = path.find('/'); end != std::string::npos; end = path.find('/', begin)) {
        const std::string component = path.substr(begin, end - begin);
        const int at = folder ? folder.get() : fd_.get();
        const int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        UniqueFd next(sys().openat(at, component.c_str(), flags, 0));
        if (!next) {
            return described(-1);
        }
        folder = std::move(next);
        begin = end + 1;
    }
    const std::string last = path.empty() ? "." : path.substr(begin);
    const int at = folder ? folder.get() : fd_.get();
    return opened([&](int flags) { return sys().openat(at, last.c_str(), flags | O_NOFOLLOW, 0); });
}

}  // namespace berth
