#include "plugin/file_trust.h"

#include "base/sys.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace berth {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOthersWrite = S_IWGRP | S_IWOTH;

std::string octal(mode_t mode) {
    char text[8];
    std::snprintf(text, sizeof(text), "%04o", mode & 07777u);
    return text;
}

std::string owner_problem(const struct stat& status, uid_t owner, const std::string& path) {
    if (status.st_uid == 0 || status.st_uid == owner) {
        return {};
    }
    return "belongs to user " + std::to_string(status.st_uid) + " and not to root" +
           (owner == 0 ? "" : " or user " + std::to_string(owner)) + ": chown root " + path;
}

// Can somebody else put another file in the place of one in this folder?
Status check_folder(const fs::path& folder, uid_t owner) {
    struct stat status {};
    if (sys().lstat(folder.c_str(), &status) != 0) {
        return Error{"cannot be checked: " + folder.string() + ": " + std::strerror(errno), errno};
    }
    const std::string problem = owner_problem(status, owner, folder.string());
    if (!problem.empty()) {
        return Error{"lies in folder " + folder.string() + ", which " + problem};
    }
    if ((status.st_mode & kOthersWrite) != 0 && (status.st_mode & S_ISVTX) == 0) {
        return Error{"lies in folder " + folder.string() + ", which others can change (mode " +
                     octal(status.st_mode) + "): chmod go-w " + folder.string()};
    }
    return Done{};
}

Status check_folders_above(const fs::path& file, uid_t owner) {
    for (fs::path folder = file.parent_path();; folder = folder.parent_path()) {
        if (auto checked = check_folder(folder, owner); !checked) {
            return checked;
        }
        if (folder == folder.root_path()) {
            return Done{};
        }
    }
}

Status check_file(int descriptor, uid_t owner, const std::string& path) {
    struct stat status {};
    if (sys().fstat(descriptor, &status) != 0) {
        return Error{std::string("cannot be checked: ") + std::strerror(errno), errno};
    }
    if (!S_ISREG(status.st_mode)) {
        return Error{"is not a regular file"};
    }
    const std::string problem = owner_problem(status, owner, path);
    if (!problem.empty()) {
        return Error{problem};
    }
    if ((status.st_mode & kOthersWrite) != 0) {
        return Error{"can be changed by others (mode " + octal(status.st_mode) + "): chmod go-w " +
                     path};
    }
    return Done{};
}

}  // namespace

Result<UniqueFd> open_trusted(const std::string& path, uid_t owner) {
    // Folders may be reached through links; what is checked and opened is where they lead.
    std::error_code failure;
    const fs::path given(path);
    const fs::path folder =
        fs::canonical(given.has_parent_path() ? given.parent_path() : ".", failure);
    if (failure) {
        return Error{"cannot be opened: " + failure.message(), failure.value()};
    }
    const fs::path file = folder / given.filename();
    UniqueFd descriptor(
        sys().open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0));
    if (!descriptor) {
        if (errno == ELOOP) {
            return Error{"is a symbolic link: put the file itself there", ELOOP};
        }
        return Error{std::string("cannot be opened: ") + std::strerror(errno), errno};
    }
    if (auto checked = check_file(descriptor.get(), owner, path); !checked) {
        return checked.error();
    }
    if (auto checked = check_folders_above(file, owner); !checked) {
        return checked.error();
    }
    return descriptor;
}

}  // namespace berth
