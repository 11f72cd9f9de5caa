#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace berth::testing {

// A directory of its own for a test, removed with what is in it.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "berth-test-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary directory");
        }
        path_ = name;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    std::string path(const std::string& name) const { return path_ + "/" + name; }
    const std::string& path() const { return path_; }

    // Writes a file and returns its path.
    std::string file(const std::string& name,
                     const std::string& bytes,
                     std::filesystem::perms mode = std::filesystem::perms(0600)) const {
        std::ofstream(path(name), std::ios::binary | std::ios::trunc) << bytes;
        std::filesystem::permissions(path(name), mode);
        return path(name);
    }

private:
    std::string path_;
};

}  // namespace berth::testing
