#include "h2_frame.h"

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

}  // namespace

H2Frame read_frame_head(const char* bytes) {
    return {read(bytes, 3),
            static_cast<uint8_t>(bytes[3]),
            static_cast<uint8_t>(bytes[4]),
            read(bytes + 5, 4) & H2Frame::kStreamMax};
}

uint32_t read_h2_value(std::string_view bytes) {
    return read(bytes.data(), 4);
}

uint32_t read_h2_number(std::string_view bytes) {
    return read_h2_value(bytes) & H2Frame::kStreamMax;
}

H2FrameHead frame_head(const H2Frame& frame) {
    const auto byte = [](uint32_t value, unsigned place) {
        return static_cast<char>(value >> 8 * place);
    };
    return {byte(frame.length, 2),
            byte(frame.length, 1),
            byte(frame.length, 0),
            static_cast<char>(frame.type),
            static_cast<char>(frame.flags),
            byte(frame.stream, 3),
            byte(frame.stream, 2),
            byte(frame.stream, 1),
            byte(frame.stream, 0)};
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
