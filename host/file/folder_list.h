#pragma once

#include "berth/file.h"

#include <cstdint>
#include <string>
#include <vector>

namespace berth {

// The files and folders of a folder, and whether there are more than were asked for. Their names
// stand one behind the other in one piece of memory.
struct FolderList {
    FolderList() = default;
    FolderList(FolderList&&) = default;
    FolderList& operator=(FolderList&&) = default;

    berth_status status = BERTH_OK;
    std::vector<char> names;
    std::vector<berth_file_entry> entries;
    bool more = false;
};

// Waits for the disk: for the pool. Links are followed as long as they stay below the folder.
FolderList list_folder(int folder_fd, uint32_t most);

}  // namespace berth
