#pragma once

#include "file_config.h"
#include "file_ref.h"
#include "listing.h"
#include "listing_pages.h"
#include "module.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace berth::file {

class FolderAnswer;

// A request that waits for the entries of a folder. Trivial, so that it may lie in an arena.
struct FolderVisit {
    FolderAnswer* answer;
    berth_http_req* req;
    berth_file* folder;  // a reference; NULL: nothing is under way
    berth_file_op* op;
    berth_ticket ticket;  // 0: nothing is on the pool
};

// Answers requests with listings of folders.
class FolderAnswer {
public:
    // The configuration is shared with what is on the pool, which may outlast the handler.
    FolderAnswer(const HostApi& api, std::shared_ptr<const FileConfig> config)
        : api_(api), config_(std::move(config)) {}

    // Now or later. visit lasts as long as the request, and is ended by forget() when that ends.
    berth_status send(FolderVisit& visit, berth_http_req* req, FileRef folder);
    void forget(FolderVisit& visit) const;

private:
    // What a listing depends on beside the folder.
    struct Wish {
        ListingQuery query;
        FormatChoice choice;

        std::string name(std::string_view path) const;
    };

    static Wish wish_of(const berth_http_req& req);
    // The entries are there; they are made a page of on the pool.
    berth_status render(FolderVisit& visit, std::span<const berth_file_entry> entries, bool more);
    berth_status on_rendered(FolderVisit& visit, std::optional<std::string> text);
    berth_status send_page(berth_http_req* req,
                           const FormatChoice& choice,
                           const sdk::SharedText& page) const;
    berth_status refuse(FolderVisit& visit, berth_status cause) const;

    const HostApi& api_;
    std::shared_ptr<const FileConfig> config_;
    ListingPages pages_;
};

}  // namespace berth::file
