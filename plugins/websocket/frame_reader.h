#pragma once

#include "frame.h"

#include <array>
#include <cstdint>
#include <span>

namespace berth::websocket {

// Takes what a client sends apart: pieces of messages, and control frames, which are kept until
// they are whole. Judges frames and their order (RFC 6455 5); texts and sizes are the caller's.
// Pure; resumes at any byte.
class FrameReader {
public:
    enum class Kind : uint8_t {
        kMore,     // input is used up
        kPiece,    // bytes of a message; none where only the head of a frame has come
        kControl,  // a control frame
        kRefused,  // against the protocol: 1002
        kTooMany,  // more frames in a message than allowed: 1008
    };
    struct Event {
        Kind kind = Kind::kMore;
        uint8_t opcode = 0;       // of the message, or the control frame
        bool compressed = false;  // the message is
        bool first = false;       // the message begins here
        bool last = false;        // and it ends behind these bytes
        uint32_t mask = 0;        // still on the bytes of a piece
        uint64_t to_come = 0;     // bytes of this frame behind these
        std::span<const uint8_t> bytes;
    };

    // compression: RSV1 marks compressed messages. frames_max: of one message.
    FrameReader(bool compression, uint32_t frames_max)
        : frames_max_(frames_max), compression_(compression) {}

    // Takes the next event off the front of input. Its bytes are views of the input, or for a
    // control frame of this object until the next call.
    Event next(std::span<const uint8_t>& input);
    // Between two messages, and not in a frame?
    bool is_between() const { return message_.opcode == 0 && !in_frame_ && have_ == 0; }

private:
    bool take_head(std::span<const uint8_t>& input);
    Kind judge();
    Event take_control(std::span<const uint8_t>& input);
    Event take_piece(std::span<const uint8_t>& input);

    // The open message.
    struct Message {
        uint8_t opcode = 0;  // 0: none is open
        bool begins = false;
        bool compressed = false;
        uint32_t frames = 0;
    };

    std::array<uint8_t, kControlMax> control_{};
    std::array<uint8_t, kClientHeadMax> head_bytes_{};
    FrameHead head_;
    uint64_t left_ = 0;  // of the frame
    Message message_;
    const uint32_t frames_max_;
    uint8_t have_ = 0;  // bytes of the head, or of a control frame
    bool in_frame_ = false;
    const bool compression_;
};

}  // namespace berth::websocket
