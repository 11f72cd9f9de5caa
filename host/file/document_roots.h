#pragma once

#include "base/unique_fd.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth {

// The folders that a configuration names, opened by a process that may reach them, for one that
// need not: only their parents may be closed to it. The descriptors lead there and read nothing.
class DocumentRoots {
public:
    DocumentRoots() = default;
    // What cannot be opened is left out: whoever serves it says why.
    explicit DocumentRoots(const std::vector<std::string>& paths);

    // -1: it was not named.
    int find(std::string_view path) const;
    // For the processes that inherit them.
    std::vector<int> descriptors() const;

private:
    std::vector<std::pair<std::string, UniqueFd>> folders_;
};

}  // namespace berth
