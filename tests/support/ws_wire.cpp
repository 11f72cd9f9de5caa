#include "support/ws_wire.h"

#include <array>

namespace berth::testing::ws {
namespace {

std::string big_endian(uint64_t value, size_t bytes) {
    std::string text(bytes, '\0');
    for (size_t i = bytes; i-- > 0; value >>= 8) {
        text[i] = static_cast<char>(value);
    }
    return text;
}

std::string masked(uint8_t first,
                   const std::string& length,
                   std::string_view payload,
                   uint32_t mask) {
    std::string bytes(1, static_cast<char>(first));
    const std::string key = big_endian(mask, 4);
    bytes += length + key;
    for (size_t i = 0; i < payload.size(); ++i) {
        bytes.push_back(static_cast<char>(payload[i] ^ key[i % 4]));
    }
    return bytes;
}

std::string length_bytes(uint64_t length, size_t form) {
    const std::array<uint64_t, 9> codes{length, 0, 126, 0, 0, 0, 0, 0, 127};
    return big_endian(0x80 | codes.at(form), 1) + big_endian(length, form);
}

std::string word_of(uint8_t opcode) {
    switch (opcode) {
        case 1:
            return "text";
        case 2:
            return "binary";
        case 8:
            return "close";
        case 9:
            return "ping";
        case 10:
            return "pong";
        default:
            return "?" + std::to_string(opcode);
    }
}

}  // namespace

std::string frame(uint8_t first, std::string_view payload, uint32_t mask) {
    const size_t form = payload.size() < 126 ? 0 : payload.size() < 65536 ? 2 : 8;
    return masked(first, length_bytes(payload.size(), form), payload, mask);
}

std::string frame_with_length(uint8_t first, size_t form, std::string_view payload) {
    return masked(first, length_bytes(payload.size(), form), payload, 0x01020304);
}

std::string text(std::string_view payload) {
    return frame(kFin | 1, payload);
}

std::string binary(std::string_view payload) {
    return frame(kFin | 2, payload);
}

std::string ping(std::string_view payload) {
    return frame(kFin | 9, payload);
}

std::string close(uint16_t code, std::string_view reason) {
    return frame(kFin | 8, big_endian(code, 2) + std::string(reason));
}

std::string handshake(std::string_view fields) {
    return "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: "
           "WebSocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           std::string(fields) + "\r\n";
}

std::vector<Frame> take_frames(std::string& bytes) {
    std::vector<Frame> frames;
    const auto byte = [&](size_t at) { return static_cast<uint8_t>(bytes[at]); };
    while (bytes.size() >= 2) {
        const size_t form = byte(1) == 126 ? 2 : byte(1) == 127 ? 8 : 0;
        if (bytes.size() < 2 + form) {
            break;
        }
        uint64_t length = form == 0 ? byte(1) : 0;
        for (size_t i = 0; i < form; ++i) {
            length = length << 8 | byte(2 + i);
        }
        if (bytes.size() - 2 - form < length) {
            break;
        }
        frames.push_back({byte(0), bytes.substr(2 + form, length)});
        bytes.erase(0, 2 + form + length);
    }
    return frames;
}

std::string story(const std::vector<Frame>& frames) {
    std::string told;
    for (const Frame& frame : frames) {
        told += (told.empty() ? "" : "; ") + word_of(frame.opcode());
        std::string_view payload = frame.payload;
        if (frame.opcode() == 8 && payload.size() >= 2) {
            const int code =
                static_cast<uint8_t>(payload[0]) << 8 | static_cast<uint8_t>(payload[1]);
            told += " " + std::to_string(code);
            payload.remove_prefix(2);
        }
        told += (payload.empty() ? "" : " ") + std::string(payload);
    }
    return told;
}

}  // namespace berth::testing::ws
