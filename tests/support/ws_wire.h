// WebSocket as bytes: a client's frames for tests, and what a server sent, in its parts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::testing::ws {

constexpr uint8_t kFin = 0x80, kRsv1 = 0x40;

// A client's frame whose first byte is given, masked. Lengths take their shortest form.
std::string frame(uint8_t first, std::string_view payload, uint32_t mask = 0x37fa213d);
// The same with a length of that many bytes (0, 2, 8), whatever its shortest form is.
std::string frame_with_length(uint8_t first, size_t form, std::string_view payload);
std::string text(std::string_view payload);
std::string binary(std::string_view payload);
std::string ping(std::string_view payload = {});
std::string close(uint16_t code, std::string_view reason = {});

// A good handshake with the key of RFC 6455 1.3; fields: more lines, each with its end.
std::string handshake(std::string_view fields = {});
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

struct Frame {
    uint8_t first = 0;
    std::string payload;

    uint8_t opcode() const { return first & 15; }
    bool operator==(const Frame&) const = default;
};

// Takes all whole frames of a server off the front.
std::vector<Frame> take_frames(std::string& bytes);
// "text hi", "close 1000 bye", "ping", ..., joined with "; ".
std::string story(const std::vector<Frame>& frames);

}  // namespace berth::testing::ws
