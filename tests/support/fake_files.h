// berth.file/1 over a tree that a test writes down. Answers come at once, or when the test says so.
#pragma once

#include "berth/file.h"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// The opaque type of the SDK, as the fake defines it.
struct berth_file : berth_owner {
    berth_file_stat stat{};
    std::string content;
    uint32_t holders = 0;
};

struct berth_upload {
    std::string path, content;
    berth_upload_ready ready;
    void* user;
    uintptr_t operation = 0;  // that calls ready; 0: none
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
    // Only what has waited longest.
    void answer_one();

    static const berth_file_ext kTable;
    bool answers_later = false;
    berth_status root_status = BERTH_OK;
    berth_status list_status = BERTH_OK;  // of every listing
    std::string root_path;                // as root_open() was given it
    size_t roots_open = 0;
    size_t opens = 0;     // calls of open()
    size_t held() const;  // references to files
    size_t waiting() const { return operations_.size(); }
    size_t uploads() const { return uploads_.size(); }
    // The content of a file; "(none)" when there is no such file.
    std::string content(const std::string& path) const;

    berth_status upload_status = BERTH_OK;  // told by the next ready()
    berth_status remove_status = BERTH_OK;
    size_t upload_room = SIZE_MAX;            // bytes after which a write is BERTH_PENDING
    std::optional<berth_file_stat> expected;  // by the last commit or removal

private:
    friend struct FileTable;

    berth_status find(const berth_sv* paths, uint32_t n, berth_file** file, uint32_t* which);
    void* wait(std::function<void()> callback);
    void promise(berth_upload& upload);
    void expect(const berth_file_stat* stat);

    std::map<std::string, berth_file> files_;
    std::map<std::string, berth_status> refusals_;
    std::map<uintptr_t, std::function<void()>> operations_;
    uintptr_t next_operation_ = 1;
    std::list<berth_upload> uploads_;
};

}  // namespace berth::testing
