#pragma once

#include <utility>

namespace berth {

// Owns a file descriptor; counted as LiveKind::kFd.
class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd);
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept;
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() {
        if (fd_ >= 0) {
            reset();
        }
    }

    int get() const { return fd_; }
    bool valid() const { return fd_ >= 0; }
    explicit operator bool() const { return valid(); }
    // Gives the descriptor away without closing it.
    [[nodiscard]] int release();
    void reset();

private:
    int fd_ = -1;
};

}  // namespace berth
