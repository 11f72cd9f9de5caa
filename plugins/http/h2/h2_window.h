#pragma once

#include <cstdint>

namespace berth::http {

// How much the client may still be sent (RFC 9113 6.9); below 0 after it has changed its mind.
class H2SendWindow {
public:
    explicit H2SendWindow(int64_t size) : left_(size) {}

    // False: the client has opened it too far, beyond 2^31-1.
    [[nodiscard]] bool open(int64_t by) {
        left_ += by;
        return left_ <= kMax;
    }
    void take(uint64_t bytes) { left_ -= static_cast<int64_t>(bytes); }
    uint64_t left() const { return left_ > 0 ? static_cast<uint64_t>(left_) : 0; }

private:
    static constexpr int64_t kMax = 0x7fffffff;

    int64_t left_;
};

// How much the client may still send. It is told of room in large steps only.
class H2ReceiveWindow {
public:
    explicit H2ReceiveWindow(uint32_t size) : size_(size), left_(size) {}

    // False: the client has sent more than it might.
    [[nodiscard]] bool take(uint32_t bytes) {
        if (bytes > left_) {
            return false;
        }
        left_ -= bytes;
        return true;
    }
    // Bytes that came are used up: the increment to tell the client of, or 0.
    uint32_t give_back(uint32_t bytes) {
        used_ += bytes;
        if (used_ < size_ / 2) {
            return 0;
        }
        const uint32_t increment = used_;
        left_ += increment;
        used_ = 0;
        return increment;
    }

private:
    uint32_t size_, left_;
    uint32_t used_ = 0;
};

}  // namespace berth::http
