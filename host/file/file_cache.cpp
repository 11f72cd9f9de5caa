#include "file/file_cache.h"

#include <functional>
#include <utility>

namespace berth {
namespace {

constexpr size_t kEntryBytes = 320;  // of the entry, its file and their places

// What an entry takes of its shelf: a descriptor, or bytes.
size_t cost_of(const berth_file& file) {
    return file.is_loaded() ? kEntryBytes + file.path().size() + file.stat().size : 1;
}

}  // namespace

uint64_t FileCache::hash_of(const RootFolder& root, std::string_view path) {
    return std::hash<std::string_view>()(path) ^ std::hash<const RootFolder*>()(&root);
}

const FileCache::Entries::iterator* FileCache::look_up(const RootFolder& root,
                                                       std::string_view path,
                                                       uint64_t hash) const {
    return places_.find(hash, [&](Entries::iterator entry) {
        return entry->root == &root && entry->file->path() == path;
    });
}

FileRef FileCache::find(const RootFolder& root, std::string_view path, uint64_t now_ms) {
    const auto* const place = look_up(root, path, hash_of(root, path));
    if (place == nullptr || (*place)->changes != changes_ ||
        now_ms - (*place)->checked_ms >= kValidMs) {
        return {};
    }
    const Entries::iterator entry = *place;
    Entries& entries = shelf_of(*entry).entries;
    entries.splice(entries.begin(), entries, entry);
    return entry->file.another();
}

FileRef FileCache::keep(const RootFolder& root,
                        std::string_view path,
                        FoundFile found,
                        uint64_t now_ms) {
    const int64_t changed_ns = found.changed_ns;
    const bool may_load = found.is_settled && berth_file::is_loadable(found.stat);
    FileMemory memory;
    const uint64_t hash = hash_of(root, path);
    if (const auto* const place = look_up(root, path, hash)) {
        Entry& known = **place;
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
        drop(*place);
    }
    if (may_load) {
        heap_.take(kEntryBytes + found.stat.size);
    }
    FileRef file(new berth_file(std::move(found.fd), found.stat));
    file->set_path(path);
    file->memory() = memory;
    if (may_load) {
        file->load();
    }
    put({&root, file.another(), hash, changed_ns, now_ms, found.changes});
    return file;
}

// The oldest ones of its kind go where there is no room for all.
void FileCache::put(Entry entry) {
    Shelf& shelf = shelf_of(entry);
    shelf.used += cost_of(*entry.file.get());
    shelf.entries.push_front(std::move(entry));
    places_.add(shelf.entries.front().hash, shelf.entries.begin());
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
    if (const auto* const place = look_up(root, path, hash_of(root, path))) {
        drop(*place);
    }
}

void FileCache::drop(Entries::iterator entry) {
    Shelf& shelf = shelf_of(*entry);
    shelf.used -= cost_of(*entry->file.get());
    places_.remove(entry->hash, entry);
    shelf.entries.erase(entry);
}

}  // namespace berth
