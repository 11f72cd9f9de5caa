#include "listing_job.h"

#include "file_time.h"

#include "berth/cpp/text.hpp"

#include <utility>

namespace berth::file {
namespace {

std::string render(const Listing& listing, ListingFormat format, const FileConfig& config) {
    if (format == ListingFormat::kJson) {
        return render_json(listing);
    }
    if (format == ListingFormat::kText) {
        return render_text(listing);
    }
    switch (config.engine) {
        case ListingEngine::kApache:
            return render_apache(listing, config.style_urls);
        case ListingEngine::kLegacy:
            return render_legacy(listing, config.style_urls);
        default:
            return render_html(listing, config.style_urls);
    }
}

}  // namespace

ListingJob::ListingJob(std::shared_ptr<const FileConfig> config,
                       Page page,
                       std::span<const berth_file_entry> entries)
    : config_(std::move(config)), page_(std::move(page)), entries_(entries.begin(), entries.end()) {
    page_.query.format = {};
    for (const berth_file_entry& entry : entries) {
        names_.append(entry.name.p, entry.name.n);
    }
    const char* name = names_.data();
    for (berth_file_entry& entry : entries_) {
        entry.name.p = name;
        name += entry.name.n;
    }
}

void ListingJob::run() {
    text_ = render(listing(), page_.format, *config_);
}

Listing ListingJob::listing() const {
    Listing listing{page_.path, page_.query, {}, page_.is_top, page_.is_cut};
    listing.entries.reserve(entries_.size());
    for (const berth_file_entry& entry : entries_) {
        const std::string_view name = sdk::view(entry.name);
        if (!config_->hidden && name.substr(0, 1) == ".") {
            continue;
        }
        const bool is_folder = entry.stat.type == BERTH_FILE_FOLDER;
        const std::string_view type = is_folder ? std::string_view() : config_->types.find(name);
        listing.entries.push_back({name,
                                   entry.stat.size,
                                   seconds_of(entry.stat.mtime_ns),
                                   is_folder,
                                   type.substr(0, type.find(';'))});
    }
    listing.sort();
    return listing;
}

}  // namespace berth::file
