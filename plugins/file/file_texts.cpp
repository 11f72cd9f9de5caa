#include "file_texts.h"

namespace berth::file {

FileTexts::FileTexts(const berth_file_stat& stat, int64_t modified)
    : stat_(stat),
      modified_(modified),
      tag_(stat.inode, stat.size, stat.mtime_ns),
      date_(sdk::format_http_date(modified)) {}

bool FileTexts::are_of(const berth_file_stat& stat, int64_t modified) const {
    return stat_.inode == stat.inode && stat_.size == stat.size &&
           stat_.mtime_ns == stat.mtime_ns && modified_ == modified;
}

const FileTexts& FileTextsCache::find(const berth_file_stat& stat, int64_t modified) {
    places_.resize(kPlaces);
    std::optional<FileTexts>& place = places_[stat.inode % kPlaces];
    if (!place || !place->are_of(stat, modified)) {
        place.emplace(stat, modified);
    }
    return *place;
}

}  // namespace berth::file
