#pragma once

#include "mime_types.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::file {

// One row of a listing.
struct ListedEntry {
    std::string_view name;
    uint64_t size = 0;
    int64_t modified_seconds = 0;
    bool is_directory = false;
    std::string_view type;  // media type, empty when it is not known; of the table that named it
};

enum class ListedBy : uint8_t { kName, kModified, kSize, kType };

// What the query of a listing asks for: `sort=size&direction=desc&format=json`.
struct ListingQuery {
    ListedBy by = ListedBy::kName;
    bool descending = false;
    std::string_view format;  // as given; empty: none

    // What is not known there is as if it were absent.
    static ListingQuery parse(std::string_view query);
};

// What a client is shown of a folder.
struct Listing {
    std::string_view path;  // decoded, with a slash at both ends
    ListingQuery query;
    std::vector<ListedEntry> entries;
    bool is_top = false;  // what is above it is not served
    bool is_cut = false;  // there are more entries than these

    // Folders first, then as the query says; equal ones by name.
    void sort();
};

enum class ListingFormat : uint8_t { kHtml, kJson, kText };
struct FormatChoice {
    ListingFormat format = ListingFormat::kHtml;
    bool by_accept = false;  // the answer varies with Accept
};
// `format=` of the query decides; without one, what Accept likes best, HTML where it is all the
// same.
FormatChoice choose_format(const ListingQuery& query, std::string_view accept);

enum class ListingEngine : uint8_t { kBase, kApache, kLegacy };

// Renderings. Names are escaped for where they stand; bytes that are not UTF-8 show as U+FFFD.
std::string render_html(const Listing& listing, const std::vector<std::string>& style_urls);
std::string render_apache(const Listing& listing, const std::vector<std::string>& style_urls);
std::string render_legacy(const Listing& listing, const std::vector<std::string>& style_urls);
std::string render_json(const Listing& listing);
std::string render_text(const Listing& listing);

}  // namespace berth::file
