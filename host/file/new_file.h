#pragma once

#include "base/unique_fd.h"
#include "file/root_folder.h"

#include "berth/file.h"

#include <cstdint>
#include <span>
#include <string>

namespace berth {

// A file in the making: hidden beside the one that it is to become, and gone at its end unless it
// was put in place. All but the default constructor waits for the disk: for the pool.
class NewFile {
public:
    NewFile() = default;
    ~NewFile() { discard(); }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    // status: as berth_file_ext.upload_open(), upload_write() and upload_commit() tell it.
    berth_status create(const RootFolder& root, const std::string& path);
    berth_status write(std::span<const uint8_t> bytes);
    berth_status put_in_place(const RootFolder& root, const berth_file_stat* expected);
    void discard();

private:
    berth_status rename(const berth_file_stat* expected);

    UniqueFd folder_, fd_;
    std::string path_;    // that it is to have, below the root
    std::string hidden_;  // its name in the folder until then; empty: there is none
};

// status: as berth_file_ext.remove() tells it. Waits for the disk.
berth_status remove_file(const RootFolder& root,
                         const std::string& path,
                         const berth_file_stat* expected);

}  // namespace berth
