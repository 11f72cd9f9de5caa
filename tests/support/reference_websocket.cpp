#include "support/reference_websocket.h"

namespace berth::testing {
namespace {

struct Frame {
    bool complete = false, good = true;
    bool fin = false, rsv1 = false;
    int opcode = 0;
    uint64_t length = 0;
    std::string payload;
};

int at(std::string_view bytes, size_t i) {
    return static_cast<uint8_t>(bytes[i]);
}

// One frame at the front; a bad head is bad before its payload is there, once all of it is.
Frame read_frame(std::string_view& bytes) {
    Frame frame;
    if (bytes.size() < 2) {
        return frame;
    }
    const int first = at(bytes, 0), second = at(bytes, 1);
    const size_t form = (second & 127) == 126 ? 2 : (second & 127) == 127 ? 8 : 0;
    const bool masked = second >= 128;
    const size_t head = 2 + form + (masked ? 4 : 0);
    if (bytes.size() < head) {
        return frame;
    }
    frame.fin = first >= 128;
    frame.rsv1 = (first / 64) % 2 == 1;
    frame.opcode = first % 16;
    frame.length = static_cast<uint64_t>(form == 0 ? second & 127 : 0);
    for (size_t i = 0; i < form; ++i) {
        frame.length = frame.length * 256 + static_cast<uint64_t>(at(bytes, 2 + i));
    }
    const bool reserved = first % 64 >= 16;
    const bool known = frame.opcode <= 2 || (frame.opcode >= 8 && frame.opcode <= 10);
    const bool control = frame.opcode >= 8;
    const bool shortest = form == 0 || (form == 2 && frame.length > 125) ||
                          (form == 8 && frame.length > 65535 && at(bytes, 2) < 128);
    frame.good = masked && !reserved && known && shortest &&
                 (!control || (frame.fin && frame.length < 126 && !frame.rsv1));
    if (frame.good && bytes.size() - head >= frame.length) {
        frame.complete = true;
        for (size_t i = 0; i < frame.length; ++i) {
            const int key = at(bytes, head - 4 + i % 4);
            frame.payload.push_back(static_cast<char>(at(bytes, head + i) ^ key));
        }
        bytes.remove_prefix(head + frame.length);
    }
    return frame;
}

// Does a frame that goes on with a message, or begins one, come at the right time? known: its head
// is there.
bool is_in_order(const Frame& frame, bool open, bool compression) {
    const bool continues = frame.opcode == 0;
    return continues == open && (!frame.rsv1 || (compression && !continues));
}

}  // namespace

ReferenceFrames reference_frames(std::string_view bytes, bool compression, uint32_t frames_max) {
    ReferenceFrames result;
    ReferenceFrames::Item message;
    bool open = false;
    uint32_t frames = 0;
    while (true) {
        const size_t before = bytes.size();
        const Frame frame = read_frame(bytes);
        const bool head_known = frame.complete || !frame.good || frame.length != 0;
        if (!frame.good) {
            result.outcome = ReferenceFrames::Outcome::kRefused;
            return result;
        }
        const bool control = frame.opcode >= 8;
        if (head_known && !control) {
            if (!is_in_order(frame, open, compression)) {
                result.outcome = ReferenceFrames::Outcome::kRefused;
                return result;
            }
            frames = open ? frames + 1 : 1;
            if (frames > frames_max) {
                result.outcome = ReferenceFrames::Outcome::kTooMany;
                return result;
            }
        }
        if (!frame.complete || bytes.size() == before) {
            return result;
        }
        if (control) {
            result.items.push_back({frame.opcode, false, frame.payload});
            continue;
        }
        if (!open) {
            message = {frame.opcode, frame.rsv1, {}};
        }
        message.payload += frame.payload;
        open = !frame.fin;
        if (frame.fin) {
            result.items.push_back(message);
        }
    }
}

}  // namespace berth::testing
