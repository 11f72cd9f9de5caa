#include "file/file_cache.h"

#include <functional>
#include <utility>

namespace berth {

size_t FileCache::Hash::operator()(const Key& key) const {
    return std::hash<std::string_view>()(key.path) ^ std::hash<const RootFolder*>()(key.root);
}

FileRef FileCache::find(const RootFolder& root, std::string_view path, uint64_t now_ms) {
    const auto place = places_.find({&root, path});
    if (place == places_.end() || now_ms - place->second->checked_ms >= kValidMs) {
        return {};
    }
    entries_.splice(entries_.begin(), entries_, place->second);
    return place->second->file.another();
}

FileRef FileCache::keep(const RootFolder& root,
                        std::string_view path,
                        FoundFile found,
                        uint64_t now_ms) {
    const auto place = places_.find({&root, path});
    if (place != places_.end()) {
        Entry& known = *place->second;
        known.checked_ms = now_ms;
        // Content may change within size and mtime; who has copied it learns it by another file.
        if (!is_same(known.file->stat(), found.stat) || known.changed_ns != found.changed_ns) {
            known.changed_ns = found.changed_ns;
            known.file = FileRef(new berth_file(std::move(found.fd), found.stat));
        }
        return known.file.another();
    }
    const int64_t changed_ns = found.changed_ns;
    FileRef file(new berth_file(std::move(found.fd), found.stat));
    if (files_max_ == 0) {
        return file;
    }
    if (entries_.size() == files_max_) {
        drop(std::prev(entries_.end()));
    }
    entries_.push_front({&root, std::string(path), file.another(), changed_ns, now_ms});
    places_[{&root, entries_.front().path}] = entries_.begin();
    return file;
}

void FileCache::forget(const RootFolder& root) {
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        const auto next = std::next(entry);
        if (entry->root == &root) {
            drop(entry);
        }
        entry = next;
    }
}

void FileCache::forget(const RootFolder& root, std::string_view path) {
    if (const auto place = places_.find({&root, path}); place != places_.end()) {
        drop(place->second);
    }
}

void FileCache::drop(Entries::iterator entry) {
    places_.erase({entry->root, entry->path});
    entries_.erase(entry);
}

}  // namespace berth
