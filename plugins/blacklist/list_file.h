#pragma once

#include "network_list.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace berth::blacklist {

// A file of networks, and what it looked like when it was read.
class ListFile {
public:
    explicit ListFile(std::string path) : path_(std::move(path)) {}

    const std::string& path() const { return path_; }
    // Has it been written or replaced since read()? Blocks.
    bool has_changed() const { return !(look() == seen_); }
    // Reads all of it into list. Empty, or what is wrong: with path and line. Blocks.
    std::string read(NetworkList& list);

private:
    struct Look {
        std::filesystem::file_time_type time{};
        std::uintmax_t size = 0;
        bool operator==(const Look&) const = default;
    };
    Look look() const;

    std::string path_;
    Look seen_;
};

}  // namespace berth::blacklist
