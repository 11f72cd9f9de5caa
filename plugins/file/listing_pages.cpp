#include "listing_pages.h"

#include <utility>

namespace berth::file {

const sdk::SharedText* ListingPages::find(const berth_file* folder,
                                          std::string_view name,
                                          uint64_t now_ms) {
    drop_old(now_ms);
    for (const Page& page : pages_) {
        if (page.folder.get() == folder && page.name == name) {
            return &page.text;
        }
    }
    return nullptr;
}

void ListingPages::keep(FileRef folder,
                        std::string name,
                        const sdk::SharedText& text,
                        uint64_t now_ms) {
    if (text.text().size() > kBytesMax) {
        return;
    }
    bytes_ += text.text().size();
    pages_.push_back({std::move(folder), std::move(name), text, now_ms});
    drop_old(now_ms);
}

void ListingPages::drop_old(uint64_t now_ms) {
    size_t old = 0;
    while (old < pages_.size() &&
           (bytes_ > kBytesMax || now_ms - pages_[old].made_ms >= kValidMs)) {
        bytes_ -= pages_[old++].text.text().size();
    }
    pages_.erase(pages_.begin(), pages_.begin() + static_cast<ptrdiff_t>(old));
}

}  // namespace berth::file
