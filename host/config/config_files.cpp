#include "config/config_files.h"

#include "config/text_scan.h"

#include <glob.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

namespace berth {
namespace {

namespace fs = std::filesystem;

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// Endings of copies that editors and packages leave, and of the other spelling.
bool looks_like_a_copy(const std::string& name) {
    constexpr std::array<std::string_view, 8> kEndings{
        ".yml", "~", ".bak", ".orig", ".rpmnew", ".rpmsave", ".dpkg-dist", ".dpkg-old"};
    return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
        return ends_with(name, ending);
    });
}

void report_unreadable(const std::string& path,
                       const std::string& why,
                       const Place& from,
                       Diagnostics& diagnostics) {
    const bool denied = why == std::strerror(EACCES), unasked = path == kMachineFile;
    diagnostics.error(Problem::kUnreadable,
                      from,
                      "cannot read " + path + ": " + why,
                      {denied    ? "try: sudo chmod a+r " + path
                       : unasked ? "write it, or name another file or folder behind the command"
                                 : "check the path"});
}

}  // namespace

SourceRef read_source(const std::string& path, const Place& from, Diagnostics& diagnostics) {
    std::error_code code;
    if (fs::exists(path, code) && !fs::is_regular_file(path, code) &&
        !fs::is_character_file(path, code) && !fs::is_fifo(path, code)) {
        report_unreadable(path, "it is not a file", from, diagnostics);
        return nullptr;
    }
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        report_unreadable(path, std::strerror(errno), from, diagnostics);
        return nullptr;
    }
    // One byte more than allowed, so that the reader of the text can tell and complain.
    std::string text(kYamlBytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) {
        report_unreadable(path, std::strerror(EIO), from, diagnostics);
        return nullptr;
    }
    text.resize(static_cast<size_t>(file.gcount()));
    return make_source(path, std::move(text));
}

std::vector<std::string> site_files_in(const std::string& folder, Diagnostics& diagnostics) {
    std::vector<std::string> files;
    std::error_code code;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, code)) {
        const std::string name = entry.path().filename().string();
        if (name.front() == '.') {
            continue;
        }
        if (ends_with(name, ".yaml")) {
            files.push_back(entry.path().string());
        } else if (looks_like_a_copy(name)) {
            diagnostics.warning(Problem::kIgnoredFile,
                                {},
                                entry.path().string() + " is not loaded: only *.yaml is",
                                {"delete it, or rename it to end in .yaml"});
        }
    }
    if (code) {
        report_unreadable(folder, code.message(), {}, diagnostics);
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<std::string> site_files(const std::string& folder,
                                    const std::string& pattern,
                                    Diagnostics& diagnostics) {
    const fs::path path(pattern);
    const std::string full = path.is_absolute() ? pattern : (fs::path(folder) / path).string();
    if (pattern.find_first_of("*?[") == std::string::npos) {
        return {full};  // one file, which has to be there
    }
    if (path.filename() == "*.yaml" && full.find_first_of("*?[") == full.size() - 6) {
        const std::string parent = fs::path(full).parent_path().string();
        std::error_code code;
        return fs::is_directory(parent, code) ? site_files_in(parent, diagnostics)
                                              : std::vector<std::string>();
    }
    glob_t found{};
    std::vector<std::string> files;
    if (::glob(full.c_str(), 0, nullptr, &found) == 0) {
        files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    }
    ::globfree(&found);
    return files;
}

}  // namespace berth
