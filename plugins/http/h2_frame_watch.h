#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace berth::http {

// The head of a frame (RFC 9113 4.1).
struct H2Frame {
    enum : uint8_t {
        kData = 0,
        kHeaders = 1,
        kPriority = 2,
        kRstStream = 3,
        kSettings = 4,
        kPushPromise = 5,
        kPing = 6,
        kGoaway = 7,
        kWindowUpdate = 8,
        kContinuation = 9,
        kPriorityUpdate = 16
    };
    enum : uint8_t { kEndStream = 1, kAck = 1, kEndHeaders = 4, kPadded = 8 };

    uint32_t length = 0;
    uint8_t type = 0, flags = 0;
    uint32_t stream = 0;
    uint32_t number = 0;  // increment of a WINDOW_UPDATE, dependency of a PRIORITY
};

constexpr std::string_view kH2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// Finds the frames in the bytes of a client, which come in any pieces, so that each can be judged
// before nghttp2 gets to act on it: nghttp2 reports some frames late and others never.
class H2FrameWatch {
public:
    // The next frame whose head is complete in `bytes`, from *at on; *at moves behind what was
    // looked at, *begin to where the frame begins, 0 when that was in earlier bytes.
    std::optional<H2Frame> next(std::string_view bytes, size_t& at, size_t& begin);

private:
    static constexpr uint8_t kHeadSize = 9;
    static constexpr uint8_t kNumberedSize = 13;  // of a head with a number behind it

    uint32_t skip_ = kH2Preface.size();  // bytes until the next frame begins
    uint8_t filled_ = 0;                 // of head_
    uint8_t wanted_ = kHeadSize;
    uint8_t head_[kNumberedSize] = {};
};

}  // namespace berth::http
