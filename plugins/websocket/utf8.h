#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace berth::websocket {

// Is text that comes in pieces UTF-8 (RFC 3629)? Says no at the first byte that makes it
// impossible.
class Utf8Check {
public:
    // False: it is not, whatever follows.
    [[nodiscard]] bool add(std::span<const uint8_t> bytes);
    // Does it end between two characters?
    bool is_complete() const { return missing_ == 0; }
    void reset() { *this = Utf8Check(); }

private:
    bool begin(uint8_t byte);

    uint8_t missing_ = 0;               // bytes of a character that are still to come
    uint8_t low_ = 0x80, high_ = 0xbf;  // what the next of them may be
};

// All of a text at once.
bool is_utf8(std::span<const uint8_t> text);

}  // namespace berth::websocket
