#pragma once

#include "frame_reader.h"
#include "utf8.h"

#include <cstdint>
#include <span>
#include <vector>

namespace berth::websocket {

class WebSocketModule;

// Makes whole messages of the pieces that FrameReader finds: takes masks off, looks at UTF-8,
// inflates. Between two messages it holds no memory.
class MessageBuilder {
public:
    // What has become of a piece.
    struct Outcome {
        enum class Kind : uint8_t { kMore, kWhole, kRefused };
        Kind kind = Kind::kMore;
        uint16_t code = 0;                 // kRefused: what to close the connection with
        const char* limit = nullptr;       // and the limit that was hit, if one was
        std::span<const uint8_t> message;  // kWhole: until release()
    };

    MessageBuilder(WebSocketModule& module, uint64_t bytes_max)
        : module_(module), bytes_max_(bytes_max) {}

    Outcome add(const FrameReader::Event& piece);
    // The message was delivered.
    void release();

private:
    Outcome take_whole(const FrameReader::Event& piece);
    bool gather(const FrameReader::Event& piece);
    Outcome inflate(uint8_t opcode);

    WebSocketModule& module_;
    const uint64_t bytes_max_;
    std::vector<uint8_t> gathered_;  // of a message of which only a part has come
    Utf8Check utf8_;
};

}  // namespace berth::websocket
