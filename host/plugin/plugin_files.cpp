#include "plugin/plugin_files.h"

#include "plugin/file_trust.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace berth {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code failure;
    for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
         at.increment(failure)) {
        if (at->path().extension() == ".so") {
            names.push_back(at->path().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

PluginFiles::PluginFiles(const std::vector<std::string>& folders, uid_t owner) {
    for (const std::string& folder : folders) {
        for (const std::string& path : names_in(folder)) {
            auto opened = open_trusted(path, owner);
            if (opened) {
                files_.push_back({path, std::move(opened).value(), {}});
            } else {
                files_.push_back({path, UniqueFd(), opened.error().message});
            }
        }
    }
}

std::vector<int> PluginFiles::descriptors() const {
    std::vector<int> all;
    for (const File& file : files_) {
        if (file.fd) {
            all.push_back(file.fd.get());
        }
    }
    return all;
}

}  // namespace berth
