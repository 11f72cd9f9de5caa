#pragma once

#include "base/hash_places.h"
#include "base/heap_ahead.h"
#include "file/root_folder.h"
#include "net/open_file.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <string_view>

namespace berth {

// Files that were opened lately, by root and path, so that the next request for one needs no system
// call. Small ones are loaded, and then take memory instead of a descriptor. One that was not
// looked up for kValidMs is looked up again; when it is the same file, those who hold it and those
// who come share it. Paths that lead to nothing are not kept: a file must be there for those who
// are told of it, and strangers' guesses must not push files out.
class FileCache {
public:
    static constexpr uint64_t kValidMs = 1000;
    static constexpr size_t kLoadedBytesMax = 32 << 20;

    // files_max: descriptors that it may keep. loaded_max: bytes of loaded files.
    explicit FileCache(size_t files_max, size_t loaded_max = kLoadedBytesMax)
        : opened_{{}, 0, files_max}, loaded_{{}, 0, loaded_max} {}

    // Empty: not known, or not any more. The reference is the caller's.
    FileRef find(const RootFolder& root, std::string_view path, uint64_t now_ms);
    // found.status == BERTH_OK. Returns the file to use.
    FileRef keep(const RootFolder& root, std::string_view path, FoundFile found, uint64_t now_ms);
    void forget(const RootFolder& root);
    // This worker has changed what the path leads to. Other paths may lead there, too, through
    // links and other roots, and into its folder: all are looked up again.
    void changed(const RootFolder& root, std::string_view path);
    uint64_t changes() const { return changes_; }
    size_t size() const { return places_.size(); }

private:
    struct Entry {  // by root and the path of its file
        const RootFolder* root;
        FileRef file;
        uint64_t hash;  // of the two
        int64_t changed_ns;
        uint64_t checked_ms;
        uint64_t changes;  // when it was looked up
    };
    using Entries = std::list<Entry>;
    // Of one kind; the entry used last is the first.
    struct Shelf {
        Entries entries;
        size_t used;
        const size_t most;
    };

    static uint64_t hash_of(const RootFolder& root, std::string_view path);
    const Entries::iterator* look_up(const RootFolder& root,
                                     std::string_view path,
                                     uint64_t hash) const;
    Shelf& shelf_of(const Entry& entry) { return entry.file->is_loaded() ? loaded_ : opened_; }
    void put(Entry entry);
    void drop(Entries::iterator entry);

    Shelf opened_, loaded_;
    HeapAhead heap_;
    uint64_t changes_ = 0;
    HashPlaces<Entries::iterator> places_;
};

}  // namespace berth
