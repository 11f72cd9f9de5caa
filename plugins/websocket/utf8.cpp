#include "utf8.h"

#include <cstring>

namespace berth::websocket {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080;

// Bytes at the front that are ASCII, as far as whole words tell.
size_t ascii_words(std::span<const uint8_t> bytes) {
    size_t i = 0;
    uint64_t words[2];
    while (i + sizeof words <= bytes.size()) {
        std::memcpy(words, bytes.data() + i, sizeof words);
        if (((words[0] | words[1]) & kHighBits) != 0) {
            break;
        }
        i += sizeof words;
    }
    return i;
}

}  // namespace

// The first byte of a character: says how many follow, and which the next may be, so that neither
// overlong forms nor surrogates nor numbers above 10FFFF get through.
bool Utf8Check::begin(uint8_t byte) {
    if (byte < 0x80) {
        return true;
    }
    if (byte < 0xc2 || byte > 0xf4) {
        return false;
    }
    missing_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    low_ = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
    high_ = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
    return true;
}

bool Utf8Check::add(std::span<const uint8_t> bytes) {
    size_t i = 0;
    while (i < bytes.size()) {
        if (missing_ == 0) {
            i += ascii_words(bytes.subspan(i));
            if (i == bytes.size()) {
                break;
            }
        }
        const uint8_t byte = bytes[i++];
        if (missing_ == 0) {
            if (!begin(byte)) {
                return false;
            }
            continue;
        }
        if (byte < low_ || byte > high_) {
            return false;
        }
        --missing_;
        low_ = 0x80;
        high_ = 0xbf;
    }
    return true;
}

bool is_utf8(std::span<const uint8_t> text) {
    Utf8Check check;
    return check.add(text) && check.is_complete();
}

}  // namespace berth::websocket
