#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

#include "berth/file.h"

#include <sys/stat.h>

#include <memory>
#include <string>
#include <string_view>

namespace berth {

// What a path led to: BERTH_OK with fd and stat, BERTH_DECLINED for nothing, BERTH_AGAIN when only
// waiting tells, or an error of berth_file_ext.open().
struct FoundFile {
    berth_status status = BERTH_DECLINED;
    UniqueFd fd;
    berth_file_stat stat{};
    int64_t changed_ns = 0;  // the inode's own time, which nobody can set back
    bool is_closed = false;  // a folder that may be passed through, but not read
    // Changed so long ago that another change has another time: its content may be kept.
    bool is_settled = false;
    // FileCache::changes() when it was looked for.
    uint64_t changes = 0;
};

// An opened folder below which paths are looked up, by the kernel where it has openat2(2), else
// component by component without following links. Any thread may look up.
class RootFolder {
public:
    // status: as berth_file_ext.root_open().
    static berth_status open(const std::string& path, std::shared_ptr<RootFolder>& root);
    // The same for a folder that somebody else opened, and goes on to own.
    static berth_status open(int folder, std::shared_ptr<RootFolder>& root);
    explicit RootFolder(UniqueFd fd);

    // Looks only at what the system has in memory; BERTH_AGAIN when that is not enough.
    FoundFile find_now(std::string_view path) const;
    // Waits for the disk: for the pool.
    FoundFile find(std::string_view path) const;

private:
    FoundFile find_by_kernel(const std::string& path, uint64_t resolve) const;
    FoundFile find_by_walk(const std::string& path) const;

    const UniqueFd fd_;
    bool by_kernel_ = true, knows_cached_ = true;
};

// Opens a path below a folder, whatever links say, by openat2(2) with more of its RESOLVE_ flags. A
// descriptor, or -1 and errno. EAGAIN: the kernel's memory is not enough, with RESOLVE_CACHED; else
// names with ".." in links were renamed under each of many tries.
int open_below(int folder, const char* path, int flags, uint64_t resolve = 0);

// Can it name a file below a root? Relative, without NUL, empty components, "." and "..".
bool is_plain_path(std::string_view path);

// What the names of files begin with that are still being received. They are not found, not listed
// and not written by anybody else.
inline constexpr std::string_view kUploadPrefix = ".berth-upload-";
bool names_upload(std::string_view path);

// What fstat() says; type 0: neither file nor folder.
berth_file_stat stat_of(const struct stat& found);
bool is_same(const berth_file_stat& a, const berth_file_stat& b);

}  // namespace berth
