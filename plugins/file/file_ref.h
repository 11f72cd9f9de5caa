#pragma once

#include "berth/file.h"

#include <utility>

namespace berth::file {

// One reference to an open file.
class FileRef {
public:
    FileRef() = default;
    FileRef(const berth_file_ext& ext, berth_file* file) : ext_(&ext), file_(file) {}
    FileRef(FileRef&& other) noexcept
        : ext_(other.ext_), file_(std::exchange(other.file_, nullptr)) {}
    FileRef& operator=(FileRef&& other) noexcept {
        std::swap(ext_, other.ext_);
        std::swap(file_, other.file_);
        return *this;
    }
    ~FileRef() {
        if (file_ != nullptr) {
            ext_->release(file_);
        }
    }

    explicit operator bool() const { return file_ != nullptr; }
    berth_file* get() const { return file_; }
    const berth_file_stat& stat() const { return *ext_->stat(file_); }

    // A reference for somebody else to release.
    berth_file* share() const {
        ext_->retain(file_);
        return file_;
    }
    berth_file* give_away() { return std::exchange(file_, nullptr); }

private:
    const berth_file_ext* ext_ = nullptr;
    berth_file* file_ = nullptr;
};

}  // namespace berth::file
