#pragma once

#include "base/unique_fd.h"

#include <sys/types.h>

#include <string>
#include <vector>

namespace berth {

// The plugin files of a generation: checked and opened once, by a process that may reach them, and
// loaded from these descriptors by one that need not. A new zygote of the same generation loads the
// same bytes, whatever has been installed since.
class PluginFiles {
public:
    struct File {
        std::string path;
        UniqueFd fd;          // invalid when refused
        std::string refused;  // why it is not trusted, without the path
    };

    PluginFiles() = default;
    // Every `*.so` of the folders, in their order and by name; a folder that is not there has none.
    // owner: may own plugin files, besides root.
    PluginFiles(const std::vector<std::string>& folders, uid_t owner);

    const std::vector<File>& all() const { return files_; }
    // For the processes that inherit them.
    std::vector<int> descriptors() const;

private:
    std::vector<File> files_;
};

}  // namespace berth
