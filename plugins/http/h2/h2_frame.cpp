#include "h2/h2_frame.h"

#include <algorithm>

namespace berth::http {
namespace {

uint32_t read(const char* at, size_t bytes) {
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; ++i) {
        value = value << 8 | static_cast<uint8_t>(at[i]);
    }
    return value;
}

void write(char* at, uint32_t value, size_t bytes) {
    for (size_t i = bytes; i != 0; --i) {
        at[i - 1] = static_cast<char>(value);
        value >>= 8;
    }
}

bool is_of_connection(uint8_t type) {
    return type == H2Frame::kSettings || type == H2Frame::kPing || type == H2Frame::kGoaway ||
           type == H2Frame::kPriorityUpdate;
}

bool is_of_stream(uint8_t type) {
    return type <= H2Frame::kRstStream || type == H2Frame::kPushPromise ||
           type == H2Frame::kContinuation;
}

bool has_right_length(const H2Frame& frame) {
    switch (frame.type) {
        case H2Frame::kRstStream:
        case H2Frame::kWindowUpdate:
            return frame.length == 4;
        case H2Frame::kSettings:
            return frame.length % H2Frame::kSettingSize == 0 &&
                   (!frame.has(H2Frame::kAck) || frame.length == 0);
        case H2Frame::kPing:
            return frame.length == 8;
        case H2Frame::kGoaway:
            return frame.length >= 8;
        case H2Frame::kPriorityUpdate:
            return frame.length >= 4;
        default:
            return frame.length <= H2Frame::kLengthMax;
    }
}

}  // namespace

H2Frame read_frame_head(const char* bytes) {
    return {read(bytes, 3),
            static_cast<uint8_t>(bytes[3]),
            static_cast<uint8_t>(bytes[4]),
            read(bytes + 5, 4) & H2Frame::kStreamMax};
}

H2Error error_of_form(const H2Frame& frame) {
    if (frame.length > H2Frame::kLengthMax) {
        return H2Error::kFrameSize;
    }
    const bool wrong_stream =
        frame.stream == 0 ? is_of_stream(frame.type) : is_of_connection(frame.type);
    if (wrong_stream || frame.type == H2Frame::kPushPromise) {
        return H2Error::kProtocol;
    }
    return has_right_length(frame) ? H2Error::kNone : H2Error::kFrameSize;
}

uint32_t read_h2_value(std::string_view bytes) {
    return read(bytes.data(), 4);
}

uint32_t read_h2_number(std::string_view bytes) {
    return read_h2_value(bytes) & H2Frame::kStreamMax;
}

// One number first: the compiler then writes it at once.
H2FrameHead frame_head(const H2Frame& frame) {
    const uint64_t front = uint64_t{frame.length} << 40 | uint64_t{frame.type} << 32 |
                           uint64_t{frame.flags} << 24 | frame.stream >> 8;
    const auto byte = [front](unsigned place) { return static_cast<char>(front >> 8 * place); };
    const auto last = static_cast<char>(frame.stream);
    return {byte(7), byte(6), byte(5), byte(4), byte(3), byte(2), byte(1), byte(0), last};
}

H2SmallFrame::H2SmallFrame(uint8_t type, uint32_t stream, uint8_t flags) {
    const H2FrameHead head = frame_head({0, type, flags, stream});
    std::copy(head.begin(), head.end(), bytes_.begin());
}

H2SmallFrame& H2SmallFrame::add(uint32_t number) {
    std::array<char, 4> bytes;
    write(bytes.data(), number, bytes.size());
    return add(std::string_view(bytes.data(), bytes.size()));
}

H2SmallFrame& H2SmallFrame::add_short(uint16_t number) {
    std::array<char, 2> bytes;
    write(bytes.data(), number, bytes.size());
    return add(std::string_view(bytes.data(), bytes.size()));
}

// The length in its head grows with it.
H2SmallFrame& H2SmallFrame::add(std::string_view bytes) {
    const size_t n = std::min(bytes.size(), bytes_.size() - size_);
    std::copy_n(bytes.begin(), n, bytes_.data() + size_);
    size_ += n;
    write(bytes_.data(), static_cast<uint32_t>(size_ - H2Frame::kHeadSize), 3);
    return *this;
}

}  // namespace berth::http
