#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace berth::websocket {

constexpr size_t kReasonMax = 123;  // bytes that fit behind the code

// What a Close frame says.
struct CloseFrame {
    uint16_t code = 0;   // BERTH_WS_NO_CODE: none
    uint16_t fault = 0;  // code to fail the connection with; 0: a good frame
    std::string_view reason;
};

CloseFrame parse_close(std::span<const uint8_t> payload);

// May it stand in a frame (RFC 6455 7.4)?
bool is_close_code(uint32_t code);

// Writes code and reason at out; code 0 is none. Returns the size.
size_t write_close(uint32_t code, std::string_view reason, uint8_t* out);

}  // namespace berth::websocket
