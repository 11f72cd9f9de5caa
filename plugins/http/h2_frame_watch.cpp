#include "h2_frame_watch.h"

#include <algorithm>
#include <cstring>

namespace berth::http {
namespace {

uint32_t number(const uint8_t* at, size_t bytes) {
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; ++i) {
        value = value << 8 | at[i];
    }
    return value;
}

constexpr uint32_t kNotReserved = 0x7fffffff;

H2Frame head_at(const uint8_t* at) {
    return {number(at, 3), at[3], at[4], number(at + 5, 4) & kNotReserved, 0};
}

// Of the right length; others are an error whatever is in them.
bool is_numbered(const H2Frame& frame) {
    return (frame.type == H2Frame::kWindowUpdate && frame.length == 4) ||
           (frame.type == H2Frame::kPriority && frame.length == 5);
}

}  // namespace

std::optional<H2Frame> H2FrameWatch::next(std::string_view bytes, size_t& at, size_t& begin) {
    const size_t passed = std::min<size_t>(skip_, bytes.size() - at);
    skip_ -= static_cast<uint32_t>(passed);
    at += passed;
    begin = filled_ == 0 ? at : 0;
    while (at < bytes.size()) {
        const size_t n = std::min<size_t>(wanted_ - filled_, bytes.size() - at);
        std::memcpy(head_ + filled_, bytes.data() + at, n);
        filled_ = static_cast<uint8_t>(filled_ + n);
        at += n;
        if (filled_ < wanted_) {
            break;
        }
        H2Frame frame = head_at(head_);
        if (is_numbered(frame)) {
            if (wanted_ == kHeadSize) {
                wanted_ = kNumberedSize;
                continue;
            }
            frame.number = number(head_ + kHeadSize, 4) & kNotReserved;
        }
        skip_ = frame.length - (wanted_ - kHeadSize);
        filled_ = 0;
        wanted_ = kHeadSize;
        return frame;
    }
    return std::nullopt;
}

}  // namespace berth::http
