#include "net/unix_path.h"

#include "base/sys.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace berth {
namespace {

Error from_errno(int code) {
    return {std::generic_category().message(code), code};
}

UniqueFd open_socket(int type) {
    return UniqueFd(sys().socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

// Somebody who accepts slowly (EAGAIN) is somebody, too.
bool is_in_use(const SocketAddress& address, int type) {
    const UniqueFd probe = open_socket(type);
    return !probe || sys().connect(probe.get(), address.data(), address.size()) == 0 ||
           errno != ECONNREFUSED;
}

std::optional<Error> clear_path(const SocketAddress& address, int type) {
    const std::string path(address.path());
    struct stat info {};
    if (sys().lstat(path.c_str(), &info) != 0) {
        return errno == ENOENT ? std::nullopt : std::optional(from_errno(errno));
    }
    if (!S_ISSOCK(info.st_mode)) {
        return Error{"the file exists and is not a socket; remove it or choose another path",
                     EEXIST};
    }
    if (is_in_use(address, type)) {
        return Error{"another process listens there", EADDRINUSE};
    }
    if (sys().unlink(path.c_str()) != 0 && errno != ENOENT) {
        return from_errno(errno);
    }
    return std::nullopt;
}

}  // namespace

Result<UniqueFd> bind_unix_path(const SocketAddress& address, int type, mode_t mode) {
    if (auto error = clear_path(address, type)) {
        return *error;
    }
    UniqueFd fd = open_socket(type);
    if (!fd || sys().bind(fd.get(), address.data(), address.size()) != 0) {
        return from_errno(errno);
    }
    // Before listen(), so that nobody connects with the mode that the umask left.
    if (sys().chmod(std::string(address.path()).c_str(), mode) != 0) {
        return from_errno(errno);
    }
    return fd;
}

UnixPathOwner::UnixPathOwner(std::string path) : path_(std::move(path)) {
    struct stat info {};
    if (sys().lstat(path_.c_str(), &info) == 0) {
        device_ = info.st_dev;
        inode_ = info.st_ino;
    }
}

bool UnixPathOwner::is_still_there() const {
    struct stat info {};
    return !path_.empty() && sys().lstat(path_.c_str(), &info) == 0 && info.st_dev == device_ &&
           info.st_ino == inode_;
}

void UnixPathOwner::remove() const {
    if (is_still_there()) {
        sys().unlink(path_.c_str());
    }
}

}  // namespace berth
