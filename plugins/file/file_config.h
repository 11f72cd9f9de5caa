#pragma once

#include "listing.h"
#include "mime_types.h"
#include "path_patterns.h"

#include "berth/cpp/accept_encoding.hpp"
#include "berth/cpp/config.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace berth::file {

// An encoded file beside another.
struct Sibling {
    sdk::Coding coding;
    std::string_view suffix;  // ".br"
};

// One `file:` of a site file, but for its root.
struct FileConfig {
    std::vector<std::string> index;
    std::vector<PathTemplate> tries;
    PathPatterns patterns;
    bool hidden = false;
    std::vector<Sibling> siblings;    // the first is liked best
    std::string cache_control;        // empty: not said
    std::string users_cache_control;  // for those who had to show who they are
    int64_t cache_seconds = 0;
    bool cors = false;
    MimeTypes types{""};
    std::string default_type;
    std::map<uint32_t, std::string> error_pages;  // paths below the root, with a slash in front
    bool upload = false;
    bool list = false;
    ListingEngine engine = ListingEngine::kBase;
    std::vector<std::string> style_urls;
};

// Reads the settings; what is wrong with them is reported. system_types: the table of the system.
berth_status read_config(const sdk::Config& given, std::string_view system_types, FileConfig& out);

}  // namespace berth::file
