#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth::http {

// Why a stream or a connection ends (RFC 9113 7).
enum class H2Error : uint32_t {
    kNone = 0,
    kProtocol = 1,
    kInternal = 2,
    kFlowControl = 3,
    kStreamClosed = 5,
    kFrameSize = 6,
    kRefusedStream = 7,
    kCancel = 8,
    kCompression = 9,
    kEnhanceYourCalm = 11
};

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
    enum : uint8_t { kEndStream = 1, kAck = 1, kEndHeaders = 4, kPadded = 8, kHasPriority = 32 };

    static constexpr size_t kHeadSize = 9;
    static constexpr size_t kSettingSize = 6;
    static constexpr uint32_t kLengthMax = 16384;  // of a payload, either way
    static constexpr uint32_t kStreamMax = 0x7fffffff;

    uint32_t length = 0;
    uint8_t type = 0, flags = 0;
    uint32_t stream = 0;

    bool has(uint8_t flag) const { return (flags & flag) != 0; }
};

constexpr std::string_view kH2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// Of kHeadSize bytes, the reserved bit dropped.
H2Frame read_frame_head(const char* bytes);
// What RFC 9113 6 says of each type's stream and length: an error of the connection, or none.
H2Error error_of_form(const H2Frame& frame);
// The first four bytes as a number; of a stream or an increment: without the reserved bit.
uint32_t read_h2_value(std::string_view bytes);
uint32_t read_h2_number(std::string_view bytes);

using H2FrameHead = std::array<char, H2Frame::kHeadSize>;
H2FrameHead frame_head(const H2Frame& frame);

// A whole frame of a few numbers: all but DATA and header blocks are such.
class H2SmallFrame {
public:
    H2SmallFrame(uint8_t type, uint32_t stream, uint8_t flags = 0);

    // In 4 and 2 bytes; as they are.
    H2SmallFrame& add(uint32_t number);
    H2SmallFrame& add_short(uint16_t number);
    H2SmallFrame& add(std::string_view bytes);
    std::string_view text() const { return {bytes_.data(), size_}; }

private:
    static constexpr size_t kPayloadMax = 40;

    std::array<char, H2Frame::kHeadSize + kPayloadMax> bytes_;
    size_t size_ = H2Frame::kHeadSize;
};

}  // namespace berth::http
