#pragma once

#include "file_ref.h"

#include "berth/cpp/segment.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::file {

// Listings that were made in the last second, so that a large folder is not read and sorted anew
// for each of those who ask. An open folder is known by its address, which stays its own as long as
// it is held here; berth.file/1 gives another one when something came, went or was uploaded.
class ListingPages {
public:
    static constexpr uint64_t kValidMs = 1000;
    static constexpr size_t kBytesMax = 8 << 20;  // of all

    // name: all else that the page depends on. NULL when it is not here (any more).
    const sdk::SharedText* find(const berth_file* folder, std::string_view name, uint64_t now_ms);
    void keep(FileRef folder, std::string name, const sdk::SharedText& text, uint64_t now_ms);

private:
    struct Page {
        FileRef folder;
        std::string name;
        sdk::SharedText text;
        uint64_t made_ms;
    };

    void drop_old(uint64_t now_ms);

    std::vector<Page> pages_;  // the oldest is the first
    size_t bytes_ = 0;
};

}  // namespace berth::file
