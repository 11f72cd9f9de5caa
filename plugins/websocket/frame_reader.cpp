#include "frame_reader.h"

#include <algorithm>
#include <cstring>

namespace berth::websocket {

// False: more bytes are needed.
bool FrameReader::take_head(std::span<const uint8_t>& input) {
    // The common case is a head in one piece; one that was cut is gathered.
    while (true) {
        const size_t size = head_size(std::span(head_bytes_).first(have_));
        if (have_ == size) {
            return true;
        }
        const size_t part = std::min(size - have_, input.size());
        if (part == 0) {
            return false;
        }
        std::memcpy(head_bytes_.data() + have_, input.data(), part);
        have_ = static_cast<uint8_t>(have_ + part);
        input = input.subspan(part);
    }
}

// The head is complete. kPiece and kControl: its frame may be read.
FrameReader::Kind FrameReader::judge() {
    if (!parse_head(std::span(head_bytes_).first(have_), head_)) {
        return Kind::kRefused;
    }
    have_ = 0;
    left_ = head_.length;
    in_frame_ = true;
    if (is_control(head_.opcode)) {
        return head_.rsv1 ? Kind::kRefused : Kind::kControl;
    }
    const bool continues = head_.opcode == kContinuation;
    // Only the first frame says whether the message is compressed (RFC 7692 6).
    if (continues != (message_.opcode != 0) || (head_.rsv1 && (continues || !compression_))) {
        return Kind::kRefused;
    }
    if (!continues) {
        message_ = {head_.opcode, true, head_.rsv1, 0};
    }
    return ++message_.frames > frames_max_ ? Kind::kTooMany : Kind::kPiece;
}

FrameReader::Event FrameReader::next(std::span<const uint8_t>& input) {
    if (!in_frame_) {
        if (!take_head(input)) {
            return {};
        }
        const Kind kind = judge();
        if (kind == Kind::kRefused || kind == Kind::kTooMany) {
            Event event;
            event.kind = kind;
            return event;
        }
    } else if (input.empty()) {
        return {};
    }
    return is_control(head_.opcode) ? take_control(input) : take_piece(input);
}

FrameReader::Event FrameReader::take_control(std::span<const uint8_t>& input) {
    const auto part = static_cast<size_t>(std::min<uint64_t>(left_, input.size()));
    unmask(input.data(), part, head_.mask, control_.data() + have_);
    head_.mask = rotate_mask(head_.mask, part);
    have_ = static_cast<uint8_t>(have_ + part);
    left_ -= part;
    input = input.subspan(part);
    if (left_ != 0) {
        return {};
    }
    Event event;
    event.kind = Kind::kControl;
    event.opcode = head_.opcode;
    event.bytes = std::span(control_).first(have_);
    have_ = 0;
    in_frame_ = false;
    return event;
}

FrameReader::Event FrameReader::take_piece(std::span<const uint8_t>& input) {
    const auto part = static_cast<size_t>(std::min<uint64_t>(left_, input.size()));
    Event event;
    event.kind = Kind::kPiece;
    event.opcode = message_.opcode;
    event.compressed = message_.compressed;
    event.first = message_.begins;
    event.mask = head_.mask;
    event.bytes = input.first(part);
    left_ -= part;
    event.to_come = left_;
    event.last = left_ == 0 && head_.fin;
    input = input.subspan(part);
    message_.begins = false;
    head_.mask = rotate_mask(head_.mask, part);
    in_frame_ = left_ != 0;
    if (event.last) {
        message_.opcode = 0;
    }
    return event;
}

}  // namespace berth::websocket
