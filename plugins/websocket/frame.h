#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace berth::websocket {

// RFC 6455 5.2.
enum Opcode : uint8_t {
    kContinuation = 0,
    kText = 1,
    kBinary = 2,
    kClose = 8,
    kPing = 9,
    kPong = 10,
};

constexpr size_t kServerHeadMax = 10;  // of a frame without a mask
constexpr size_t kClientHeadMax = 14;
constexpr size_t kControlMax = 125;  // bytes of a control frame

constexpr bool is_control(uint8_t opcode) {
    return (opcode & 8) != 0;
}

struct FrameHead {
    uint64_t length = 0;
    uint32_t mask = 0;  // in the order of memory
    uint8_t opcode = 0;
    bool fin = false;
    bool rsv1 = false;
};

// Bytes that the head has, as far as they tell: at least 2, at most kClientHeadMax.
size_t head_size(std::span<const uint8_t> bytes);

// Reads a client's complete head, of head_size() bytes. False: it breaks a rule of RFC 6455 5.2 or
// 5.5. rsv1 is left to the caller, who knows the extensions.
[[nodiscard]] bool parse_head(std::span<const uint8_t> bytes, FrameHead& head);

// Writes the head of a server's frame at out, which has room for kServerHeadMax; returns its size.
size_t write_head(uint8_t opcode, bool rsv1, uint64_t length, uint8_t* out);

// Copies n bytes and takes the mask off.
void unmask(const uint8_t* from, size_t n, uint32_t mask, uint8_t* to);

// The mask for what follows n bytes.
uint32_t rotate_mask(uint32_t mask, size_t n);

}  // namespace berth::websocket
