#pragma once

#include "file/file_cache.h"
#include "file/root_folder.h"
#include "net/open_file.h"

#include "berth/file.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

// What the SDK calls an operation: told to forget its callback, or not.
struct berth_file_op {
    bool cancelled = false;
};

// What the SDK calls a root.
struct berth_root {
    std::shared_ptr<berth::RootFolder> folder;
};

namespace berth {

class EventLoop;

// berth.file/1 of one worker, in C++: see berth/file.h for what the functions do. Everything on the
// loop but the pool's own part. Ends before the loop.
class FileService {
public:
    struct Counters {
        uint64_t* hits;  // of the cache
        uint64_t* misses;
    };
    using Operation = std::shared_ptr<berth_file_op>;

    FileService(EventLoop& loop, size_t files_max, const Counters& counters);
    ~FileService();
    FileService(const FileService&) = delete;
    FileService& operator=(const FileService&) = delete;

    // For what is not done at once: with BERTH_PENDING *op is under way, and done follows.
    template <class Done>
    struct Later {
        Done done;
        void* user;
        berth_file_op** op;
    };
    struct Opened {
        berth_status status;
        FileRef file;
        uint32_t which;
    };
    // Of a file. into: empty, or the room for it.
    struct Part {
        uint64_t offset;
        size_t size;
        std::span<uint8_t> into;
    };
    Opened open(berth_root& root,
                std::span<const berth_sv> paths,
                const Later<berth_file_opened>& later);
    berth_status read(berth_file& file,
                      const Part& part,
                      size_t& got,
                      const Later<berth_file_read>& later);
    berth_status check(berth_file& file, uint64_t end);
    berth_status list(berth_file& folder, uint32_t most, const Later<berth_file_listed>& later);
    berth_status upload(berth_root& root,
                        std::string_view path,
                        berth_upload_ready ready,
                        void* user,
                        berth_upload** upload);
    berth_status remove(berth_root& root,
                        std::string_view path,
                        const berth_file_stat* expected,
                        const Later<berth_upload_ready>& later);
    void close_root(berth_root& root) { cache_.forget(*root.folder); }

private:
    struct Opening;
    struct Reading;
    struct Listing;
    struct Removal;

    berth_status start(const Operation& op,
                       berth_file_op** out,
                       std::function<void()> work,
                       std::function<void()> done);
    // From what is in memory; AGAIN when the disk has to be asked.
    Opened open_now(const RootFolder& root, std::string_view path);
    // The first of the paths that is there, asked of the disk.
    berth_status open_on_pool(const std::shared_ptr<Opening>& opening,
                              std::span<const berth_sv> paths,
                              berth_file_op** op);
    void finish_open(Opening& opening);
    FileRef keep(const RootFolder& root, std::string_view path, FoundFile found);

    EventLoop& loop_;
    FileCache cache_;
    Counters counters_;
    std::shared_ptr<bool> alive_;  // false once the service has ended
};

}  // namespace berth
