#include "file/folder_list.h"

#include "base/sys.h"
#include "base/unique_fd.h"
#include "file/root_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

namespace berth {
namespace {

constexpr size_t kBufferBytes = 32 * 1024;

// Empty: neither file nor folder, or gone, or a link that leads out.
std::optional<berth_file_stat> look_at(int folder, const char* name) {
    struct stat facts {};
    if (sys().fstatat(folder, name, &facts, AT_SYMLINK_NOFOLLOW) != 0) {
        return std::nullopt;
    }
    if (S_ISLNK(facts.st_mode)) {
        const UniqueFd target(open_below(folder, name, O_PATH | O_CLOEXEC));
        if (!target || sys().fstat(target.get(), &facts) != 0) {
            return std::nullopt;
        }
    }
    const berth_file_stat stat = stat_of(facts);
    return stat.type == 0 ? std::nullopt : std::optional(stat);
}

// False: enough.
bool add_entries(int folder, const char* at, const char* end, uint32_t most, FolderList& list) {
    while (at < end) {
        const auto* const entry = reinterpret_cast<const dirent64*>(at);
        at += entry->d_reclen;
        const std::string_view name(entry->d_name);
        if (name == "." || name == ".." || name.starts_with(kUploadPrefix)) {
            continue;
        }
        const auto stat = look_at(folder, entry->d_name);
        if (!stat) {
            continue;
        }
        if (list.entries.size() == most) {
            list.more = true;
            return false;
        }
        list.names.insert(list.names.end(), name.begin(), name.end());
        list.entries.push_back({{nullptr, name.size()}, *stat});
    }
    return true;
}

// The names have stopped moving.
FolderList with_names(FolderList list) {
    const char* name = list.names.data();
    for (berth_file_entry& entry : list.entries) {
        entry.name.p = name;
        name += entry.name.n;
    }
    return list;
}

}  // namespace

FolderList list_folder(int folder_fd, uint32_t most) {
    FolderList list;
    // A description of its own: the place of reading is part of it.
    const UniqueFd folder(sys().openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
    if (!folder) {
        list.status = errno == EACCES ? BERTH_E_DENIED : BERTH_E_IO;
        return list;
    }
    alignas(dirent64) char buffer[kBufferBytes];
    for (;;) {
        const ssize_t n = sys().getdents64(folder.get(), buffer, sizeof buffer);
        if (n < 0 && errno != EINTR) {
            list.status = errno == ENOENT ? BERTH_OK : BERTH_E_IO;  // it was removed meanwhile
            return with_names(std::move(list));
        }
        if (n == 0 || (n > 0 && !add_entries(folder.get(), buffer, buffer + n, most, list))) {
            return with_names(std::move(list));
        }
    }
}

}  // namespace berth
