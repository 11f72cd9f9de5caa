#pragma once

#include "berth/file.h"

#include <cstdint>
#include <string>
#include <vector>

namespace berth {

// The files and folders of a folder, and whether there are more than were asked for.
struct FolderList {
    struct Entry {
        std::string name;
        berth_file_stat stat;
    };
    berth_status status = BERTH_OK;
    std::vector<Entry> entries;
    bool more = false;
};

// Waits for the disk: for the pool. Links are followed as long as they stay below the folder.
FolderList list_folder(int folder_fd, uint32_t most);

}  // namespace berth
