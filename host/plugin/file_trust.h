#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

#include <sys/types.h>

#include <string>

namespace berth {

// Opens a file that code will be loaded from: a regular file, no symbolic link, that like every
// folder above it can be changed only by root or the owner given. Sticky folders such as /tmp may
// be writable. Gives the descriptor of what was checked; errors go on from the file's name and say
// what mends it.
Result<UniqueFd> open_trusted(const std::string& path, uid_t owner);

}  // namespace berth
