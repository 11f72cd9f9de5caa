// berth.file/1 over a tree that a test writes down. Answers come at once, or when the test says so.
#pragma once

#include "berth/file.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

// The opaque type of the SDK, as the fake defines it.
struct berth_file : berth_owner {
    berth_file_stat stat{};
    std::string content;
    uint32_t holders = 0;
};

namespace berth::testing {

class FakeFiles {
public:
    FakeFiles();
    ~FakeFiles();
    FakeFiles(const FakeFiles&) = delete;
    FakeFiles& operator=(const FakeFiles&) = delete;

    // Paths as of berth.file/1: relative, without slashes at their ends. What is above is a folder.
    berth_file_stat& put(const std::string& path, std::string content);
    void put_folder(const std::string& path);
    // Opening it answers that.
    void refuse(const std::string& path, berth_status status) { refusals_[path] = status; }

    // Answers what is waiting, and what that asks for.
    void answer();

    static const berth_file_ext kTable;
    bool answers_later = false;
    berth_status root_status = BERTH_OK;
    std::string root_path;  // as root_open() was given it
    size_t roots_open = 0;
    size_t opens = 0;     // calls of open()
    size_t held() const;  // references to files
    size_t waiting() const { return operations_.size(); }

private:
    friend struct FileTable;

    berth_status find(const berth_sv* paths, uint32_t n, berth_file** file, uint32_t* which);
    void* wait(std::function<void()> callback);

    std::map<std::string, berth_file> files_;
    std::map<std::string, berth_status> refusals_;
    std::map<uintptr_t, std::function<void()>> operations_;
    uintptr_t next_operation_ = 1;
};

}  // namespace berth::testing
