#include "file/file_cache.h"

#include <functional>
#include <utility>

namespace berth {
namespace {

// What an entry takes of its shelf: a descriptor, or bytes.
size_t cost_of(const berth_file& file, std::string_view path) {
    constexpr size_t kEntryBytes = 320;  // of the entry, its file and their places
    return file.is_loaded() ? kEntryBytes + path.size() + file.stat().size : 1;
}

}  // namespace

size_t FileCache::Hash::operator()(const Key& key) const {
    return std::hash<std::string_view>()(key.path) ^ std::hash<const RootFolder*>()(key.root);
}

FileRef FileCache::find(const RootFolder& root, std::string_view path, uint64_t now_ms) {
    const auto place = places_.find({&root, path});
    if (place == places_.end() || place->second->changes != changes_ ||
        now_ms - place->second->checked_ms >= kValidMs) {
        return {};
    }
    Entries& entries = shelf_of(*place->second).entries;
    entries.splice(entries.begin(), entries, place->second);
    return place->second->file.another();
}

FileRef FileCache::keep(const RootFolder& root,
                        std::string_view path,
                        FoundFile found,
                        uint64_t now_ms) {
    const int64_t changed_ns = found.changed_ns;
    const bool may_load = found.is_settled && berth_file::is_loadable(found.stat);
    FileMemory memory;
    const auto place = places_.find({&root, path});
    if (place != places_.end()) {
        Entry& known = *place->second;
        // Content may change within size and mtime, and a folder's within any time.
        const bool same = is_same(known.file->stat(), found.stat) &&
                          known.changed_ns == changed_ns &&
                          (found.stat.type != BERTH_FILE_FOLDER || known.changes == found.changes);
        if (same && (known.file->is_loaded() || !may_load)) {
            known.checked_ms = now_ms;
            known.changes = found.changes;
            return known.file.another();
        }
        memory = same ? known.file->memory() : memory;
        drop(place->second);
    }
    FileRef file(new berth_file(std::move(found.fd), found.stat));
    file->memory() = memory;
    if (may_load) {
        file->load();
    }
    if (!file->is_loaded()) {  // what is in memory does not fail
        file->set_path(path);
    }
    put({&root, std::string(path), file.another(), changed_ns, now_ms, found.changes});
    return file;
}

// The oldest ones of its kind go where there is no room for all.
void FileCache::put(Entry entry) {
    Shelf& shelf = shelf_of(entry);
    shelf.used += cost_of(*entry.file.get(), entry.path);
    shelf.entries.push_front(std::move(entry));
    const Entry& kept = shelf.entries.front();
    places_[{kept.root, kept.path}] = shelf.entries.begin();
    while (shelf.used > shelf.most) {
        drop(std::prev(shelf.entries.end()));
    }
}

void FileCache::forget(const RootFolder& root) {
    for (Shelf* shelf : {&opened_, &loaded_}) {
        for (auto entry = shelf->entries.begin(); entry != shelf->entries.end();) {
            const auto next = std::next(entry);
            if (entry->root == &root) {
                drop(entry);
            }
            entry = next;
        }
    }
}

void FileCache::changed(const RootFolder& root, std::string_view path) {
    ++changes_;
    if (const auto place = places_.find({&root, path}); place != places_.end()) {
        drop(place->second);
    }
}

void FileCache::drop(Entries::iterator entry) {
    Shelf& shelf = shelf_of(*entry);
    shelf.used -= cost_of(*entry->file.get(), entry->path);
    places_.erase({entry->root, entry->path});
    shelf.entries.erase(entry);
}

}  // namespace berth
