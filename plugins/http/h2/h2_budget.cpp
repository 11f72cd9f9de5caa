#include "h2/h2_budget.h"

#include <algorithm>

namespace berth::http {
namespace {

constexpr uint32_t kBlockBytesMax = 32 * 1024;  // compressed
constexpr uint32_t kContinuationsMax = 8;
constexpr uint32_t kSmallIncrement = 256;

// What a client which means well sends rarely, or never.
uint32_t glitches_in(const H2Piece& piece, bool blocked) {
    const H2Frame& frame = piece.frame;
    switch (frame.type) {
        case H2Frame::kData:
            return frame.length == 0 && (frame.flags & H2Frame::kEndStream) == 0 ? 1 : 0;
        case H2Frame::kHeaders:
        case H2Frame::kContinuation:
        case H2Frame::kRstStream:
            return 0;
        case H2Frame::kWindowUpdate:
            return blocked && read_h2_number(piece.payload) < kSmallIncrement ? 1 : 0;
        case H2Frame::kSettings:  // each value may concern every stream
            return std::max<uint32_t>(frame.length / H2Frame::kSettingSize, 1);
        default:
            return 1;
    }
}

}  // namespace

H2Budget::Verdict H2Budget::on_frame(const H2Piece& piece, bool blocked, uint64_t now_ms) {
    const H2Frame& frame = piece.frame;
    switch (frame.type) {
        case H2Frame::kHeaders:
            block_bytes_ = block_frames_ = 0;
            [[fallthrough]];
        case H2Frame::kContinuation:
            return on_header_block(frame);
        case H2Frame::kRstStream:
            return on_stream_error(now_ms);
        case H2Frame::kWindowUpdate:
            if (read_h2_number(piece.payload) == 0) {
                return Verdict::kWindow;
            }
            break;
        case H2Frame::kPriority:
            if (frame.length == 5 && read_h2_number(piece.payload) == frame.stream) {
                return Verdict::kPriority;
            }
            break;
        default:
            break;
    }
    const uint32_t n = glitches_in(piece, blocked);
    return n != 0 ? on_glitches(n, now_ms) : Verdict::kAllowed;
}

H2Budget::Verdict H2Budget::on_header_block(const H2Frame& frame) {
    block_bytes_ += frame.length;
    block_frames_ += frame.type == H2Frame::kContinuation ? 1 : 0;
    const bool fits = block_bytes_ <= kBlockBytesMax && block_frames_ <= kContinuationsMax;
    return fits ? Verdict::kAllowed : Verdict::kHeaderBlock;
}

H2Budget::Verdict H2Budget::on_stream_error(uint64_t now_ms) {
    return resets_.take(now_ms) ? Verdict::kAllowed : Verdict::kResets;
}

H2Budget::Verdict H2Budget::on_glitches(uint32_t n, uint64_t now_ms) {
    return glitches_.take(now_ms, n) ? Verdict::kAllowed : Verdict::kGlitches;
}

}  // namespace berth::http
