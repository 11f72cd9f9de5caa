#pragma once

#include "file_config.h"
#include "listing.h"

#include "berth/file.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace berth::file {

// Makes a page of a folder's entries. It owns all that it looks at, so that a thread of the pool
// can do it.
class ListingJob {
public:
    struct Page {
        std::string path;
        ListingQuery query;
        ListingFormat format;
        bool is_top, is_cut;
    };

    // Copies the entries.
    ListingJob(std::shared_ptr<const FileConfig> config,
               Page page,
               std::span<const berth_file_entry> entries);

    void run();
    // None: run() ran out of memory.
    std::optional<std::string> take_text() { return std::move(text_); }

private:
    Listing listing() const;

    std::shared_ptr<const FileConfig> config_;
    Page page_;
    std::string names_;  // of all entries, one behind the other
    std::vector<berth_file_entry> entries_;
    std::optional<std::string> text_;
};

}  // namespace berth::file
