#include "file/document_roots.h"

#include "base/sys.h"

#include <fcntl.h>

#include <filesystem>
#include <system_error>

namespace berth {
namespace {

// One spelling for one path: absolute, without "." and a slash at its end.
std::string spelled(std::string_view path) {
    std::error_code problem;
    std::string text = std::filesystem::absolute(path, problem).lexically_normal().string();
    if (text.size() > 1 && text.back() == '/') {
        text.pop_back();
    }
    return text;
}

}  // namespace

DocumentRoots::DocumentRoots(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
        std::string name = spelled(path);
        UniqueFd fd(sys().open(name.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC, 0));
        if (fd && find(name) < 0) {
            folders_.emplace_back(std::move(name), std::move(fd));
        }
    }
}

int DocumentRoots::find(std::string_view path) const {
    const std::string name = spelled(path);
    for (const auto& [known, fd] : folders_) {
        if (known == name) {
            return fd.get();
        }
    }
    return -1;
}

std::vector<int> DocumentRoots::descriptors() const {
    std::vector<int> all;
    for (const auto& [path, fd] : folders_) {
        all.push_back(fd.get());
    }
    return all;
}

}  // namespace berth
