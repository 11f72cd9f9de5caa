#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "net/socket_address.h"

#include <sys/types.h>

#include <string>

namespace berth {

// A socket (SOCK_STREAM or SOCK_DGRAM) bound to a path of the file system, non-blocking, closed on
// exec, its file with that mode. A file left behind by a process that ended is removed; one that
// somebody accepts on, or that is no socket, is an error that says so.
Result<UniqueFd> bind_unix_path(const SocketAddress& address, int type, mode_t mode);

// Tells the file of a bound socket from one of the same name that another process has put in its
// place: a socket that does not listen yet looks as if it were left behind.
class UnixPathOwner {
public:
    UnixPathOwner() = default;
    // Of the file that is there now.
    explicit UnixPathOwner(std::string path);

    bool is_still_there() const;
    // Removes the file unless it is another's.
    void remove() const;

private:
    std::string path_;  // empty: of no file
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace berth
