#pragma once

#include "file/root_folder.h"
#include "net/open_file.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

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
        : opened_{{}, 0, files_max}, loaded_{{}, 0, loaded_max} {
        places_.max_load_factor(0.25F);  // a place that is free costs less than one to look at
    }

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
    struct Entry {
        const RootFolder* root;
        std::string path;
        FileRef file;
        int64_t changed_ns;
        uint64_t checked_ms;
        uint64_t changes;  // when it was looked up
    };
    struct Key {
        const RootFolder* root;
        std::string_view path;
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        size_t operator()(const Key& key) const;
    };
    using Entries = std::list<Entry>;
    // Of one kind; the entry used last is the first.
    struct Shelf {
        Entries entries;
        size_t used;
        const size_t most;
    };

    Shelf& shelf_of(const Entry& entry) { return entry.file->is_loaded() ? loaded_ : opened_; }
    void put(Entry entry);
    void drop(Entries::iterator entry);

    Shelf opened_, loaded_;
    uint64_t changes_ = 0;
    std::unordered_map<Key, Entries::iterator, Hash> places_;
};

}  // namespace berth
