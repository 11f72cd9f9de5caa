#pragma once

#include "base/live.h"
#include "base/unique_fd.h"

#include "berth/file.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace berth {

// What a loop knows of where the bytes of a file are.
struct FileMemory {
    bool asked_at_once = false;  // nobody waits for them where they lie, or that is put up with
    bool failure_told = false;   // in the log
    // A stretch of them that was found in memory; believed until then.
    uint64_t warm_from = 0, warm_to = 0;
    uint64_t warm_until_ms = 0;
    uint64_t looked_ms = 0;  // when it was last seen to be as it was when it was opened
    uint64_t size = 0, sized_us = UINT64_MAX;  // what its size was when check() asked last
};

}  // namespace berth

// An open file or folder as the SDK names it, with as many holders as retained it; the last one
// closes it. Belongs to the loop; others may read it while somebody on the loop holds it.
struct berth_file final : berth_owner {
public:
    // Held once, by the caller.
    berth_file(berth::UniqueFd fd, const berth_file_stat& stat);
    berth_file(const berth_file&) = delete;
    berth_file& operator=(const berth_file&) = delete;

    static bool is_loadable(const berth_file_stat& stat);
    // Before anybody else holds it, if it is loadable: takes its content into memory and closes it,
    // unless part of it is not at hand.
    void load();
    // Relative to its root: its name for the cache and the log.
    void set_path(std::string_view path) { path_ = path; }

    int fd() const { return fd_.get(); }  // -1: it was loaded
    const berth_file_stat& stat() const { return stat_; }
    const std::string& path() const { return path_; }
    bool is_loaded() const { return content_ != nullptr; }
    // Of a loaded one.
    std::span<const uint8_t> content() const { return {content_.get(), stat_.size}; }
    berth::FileMemory& memory() { return memory_; }

private:
    ~berth_file();

    berth::UniqueFd fd_;
    const berth_file_stat stat_;
    std::string path_;
    std::unique_ptr<uint8_t[]> content_;
    uint64_t holders_ = 1;
    berth::FileMemory memory_;
    [[no_unique_address]] berth::Live<berth::LiveKind::kFile> live_;
};

namespace berth {

// Holds a file; gives it back at its end.
class FileRef {
public:
    FileRef() = default;
    // Takes over a reference.
    explicit FileRef(berth_file* held) : file_(held) {}
    FileRef(FileRef&& other) noexcept : file_(other.release()) {}
    FileRef& operator=(FileRef&& other) noexcept;
    ~FileRef();

    berth_file* get() const { return file_; }
    berth_file* operator->() const { return file_; }
    explicit operator bool() const { return file_ != nullptr; }
    // The reference is the caller's from now on.
    berth_file* release();
    // One more for another holder.
    FileRef another() const;

private:
    berth_file* file_ = nullptr;
};

enum class FileRead : uint8_t { kOk, kCold, kFailed };

struct FileReadResult {
    FileRead status = FileRead::kOk;
    size_t bytes = 0;            // kOk: 0 at the end of the file
    bool asked_at_once = false;  // for FileMemory; told by read_file()
};

// It cannot be sent as it was promised. However many wait for it, one line of the log says so.
void tell_failure(berth_file& file);

// Reads what is in memory anyway. kCold: nothing of it is, or nobody can tell.
FileReadResult read_file_now(berth_file& file, uint64_t offset, std::span<uint8_t> into);
// Reads, waiting for the disk: for the pool.
FileReadResult read_file(const berth_file& file, uint64_t offset, std::span<uint8_t> into);

}  // namespace berth
