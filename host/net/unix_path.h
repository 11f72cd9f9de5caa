#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "net/socket_address.h"

#include <sys/types.h>

namespace berth {

// A socket (SOCK_STREAM or SOCK_DGRAM) bound to a path of the file system, non-blocking, closed on
// exec, its file with that mode. A file left behind by a process that ended is removed; one that
// somebody accepts on, or that is no socket, is an error that says so.
Result<UniqueFd> bind_unix_path(const SocketAddress& address, int type, mode_t mode);

}  // namespace berth
