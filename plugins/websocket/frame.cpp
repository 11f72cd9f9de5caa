#include "frame.h"

#include <cstring>

namespace berth::websocket {
namespace {

constexpr uint8_t kFin = 0x80, kRsv1 = 0x40, kRsv23 = 0x30, kOpcode = 0x0f;
constexpr uint8_t kMasked = 0x80, kLength = 0x7f;
constexpr uint8_t kLength16 = 126, kLength64 = 127;
constexpr size_t kMaskSize = 4;

size_t length_size(uint8_t second) {
    switch (second & kLength) {
        case kLength16:
            return 2;
        case kLength64:
            return 8;
        default:
            return 0;
    }
}

uint64_t big_endian(std::span<const uint8_t> bytes) {
    uint64_t value = 0;
    for (const uint8_t byte : bytes) {
        value = value << 8 | byte;
    }
    return value;
}

// RFC 6455 5.2: the shortest form, and never the highest bit.
bool is_minimal(size_t form, uint64_t length) {
    switch (form) {
        case 2:
            return length >= kLength16;
        case 8:
            return length > 0xffff && length >> 63 == 0;
        default:
            return true;
    }
}

bool is_known(uint8_t opcode) {
    return opcode <= kBinary || (opcode >= kClose && opcode <= kPong);
}

}  // namespace

size_t head_size(std::span<const uint8_t> bytes) {
    if (bytes.size() < 2) {
        return 2;
    }
    return 2 + length_size(bytes[1]) + ((bytes[1] & kMasked) != 0 ? kMaskSize : 0);
}

bool parse_head(std::span<const uint8_t> bytes, FrameHead& head) {
    const size_t form = length_size(bytes[1]);
    const bool masked = (bytes[1] & kMasked) != 0;
    head.fin = (bytes[0] & kFin) != 0;
    head.rsv1 = (bytes[0] & kRsv1) != 0;
    head.opcode = bytes[0] & kOpcode;
    head.length = form == 0 ? bytes[1] & kLength : big_endian(bytes.subspan(2, form));
    if (!masked || (bytes[0] & kRsv23) != 0 || !is_known(head.opcode) ||
        !is_minimal(form, head.length)) {
        return false;
    }
    std::memcpy(&head.mask, bytes.data() + 2 + form, kMaskSize);
    return !is_control(head.opcode) || (head.fin && head.length <= kControlMax);
}

size_t write_head(uint8_t opcode, bool rsv1, uint64_t length, uint8_t* out) {
    out[0] = static_cast<uint8_t>(kFin | (rsv1 ? kRsv1 : 0) | opcode);
    if (length < kLength16) {
        out[1] = static_cast<uint8_t>(length);
        return 2;
    }
    const size_t form = length <= 0xffff ? 2 : 8;
    out[1] = form == 2 ? kLength16 : kLength64;
    for (size_t i = form; i-- > 0; length >>= 8) {
        out[2 + i] = static_cast<uint8_t>(length);
    }
    return 2 + form;
}

void unmask(const uint8_t* from, size_t n, uint32_t mask, uint8_t* to) {
    const uint64_t wide = uint64_t{mask} << 32 | mask;
    size_t i = 0;
    for (; i + 4 * sizeof wide <= n; i += 4 * sizeof wide) {
        uint64_t words[4];
        std::memcpy(words, from + i, sizeof words);
        for (uint64_t& word : words) {
            word ^= wide;
        }
        std::memcpy(to + i, words, sizeof words);
    }
    for (; i + sizeof wide <= n; i += sizeof wide) {
        uint64_t word = 0;
        std::memcpy(&word, from + i, sizeof word);
        word ^= wide;
        std::memcpy(to + i, &word, sizeof word);
    }
    uint8_t key[kMaskSize];
    std::memcpy(key, &mask, sizeof key);
    for (; i < n; ++i) {
        to[i] = from[i] ^ key[i % kMaskSize];
    }
}

uint32_t rotate_mask(uint32_t mask, size_t n) {
    uint8_t key[kMaskSize], turned[kMaskSize];
    std::memcpy(key, &mask, sizeof key);
    for (size_t i = 0; i < kMaskSize; ++i) {
        turned[i] = key[(i + n) % kMaskSize];
    }
    std::memcpy(&mask, turned, sizeof mask);
    return mask;
}

}  // namespace berth::websocket
