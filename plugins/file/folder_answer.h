#pragma once

#include "file_config.h"
#include "file_ref.h"
#include "listing.h"
#include "listing_pages.h"
#include "module.h"

#include <cstdint>

namespace berth::file {

class FolderAnswer;

// A request that waits for the entries of a folder. Trivial, so that it may lie in an arena.
struct FolderVisit {
    FolderAnswer* answer;
    berth_http_req* req;
    berth_file* folder;  // a reference; NULL: nothing is under way
    berth_file_op* op;
};

// Answers requests with listings of folders.
class FolderAnswer {
public:
    FolderAnswer(const HostApi& api, const FileConfig& config) : api_(api), config_(config) {}

    // Now or later. visit lasts as long as the request, and is ended by forget() when that ends.
    berth_status send(FolderVisit& visit, berth_http_req* req, FileRef folder);
    void forget(FolderVisit& visit);

private:
    // What a listing depends on beside the folder.
    struct Wish {
        ListingQuery query;
        FormatChoice choice;

        std::string name(std::string_view path) const;
    };

    static Wish wish_of(const berth_http_req& req);
    berth_status respond(const FolderVisit& visit,
                         const berth_file_entry* entries,
                         uint32_t n,
                         bool more);
    berth_status send_page(berth_http_req* req,
                           const FormatChoice& choice,
                           const sdk::SharedText& page) const;
    Listing listing_of(const berth_http_req& req,
                       const berth_file_entry* entries,
                       uint32_t n) const;

    const HostApi& api_;
    const FileConfig& config_;
    ListingPages pages_;
};

}  // namespace berth::file
