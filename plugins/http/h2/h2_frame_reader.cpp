#include "h2/h2_frame_reader.h"

#include <algorithm>

namespace berth::http {
namespace {

constexpr size_t kPriorityFields = 5;  // of HEADERS (RFC 9113 6.2)

// HEADERS in any of its forms, as if it had no padding.
void strip_padding(H2Piece& piece) {
    size_t padding = 0;
    if (piece.frame.has(H2Frame::kPadded) && !piece.payload.empty()) {
        padding = static_cast<uint8_t>(piece.payload.front());
        piece.payload.remove_prefix(1);
    } else if (piece.frame.has(H2Frame::kPadded)) {
        piece.wrong_padding = true;
    }
    const size_t fields = piece.frame.has(H2Frame::kHasPriority) ? kPriorityFields : 0;
    if (padding + fields > piece.payload.size()) {
        piece.wrong_padding = true;
        return;
    }
    piece.payload.remove_suffix(padding);
}

}  // namespace

std::optional<H2Piece> H2FrameReader::next(std::string_view& bytes) {
    if (data_left_ != 0 || padding_left_ != 0) {
        return next_data(bytes);
    }
    if (bytes.size() < H2Frame::kHeadSize) {
        return std::nullopt;
    }
    const H2Frame frame = read_frame_head(bytes.data());
    if (frame.length > H2Frame::kLengthMax) {
        return H2Piece{frame, {}};
    }
    if (frame.type == H2Frame::kData) {
        return begin_data(bytes, frame);
    }
    if (bytes.size() - H2Frame::kHeadSize < frame.length) {
        return std::nullopt;
    }
    H2Piece piece{frame, bytes.substr(H2Frame::kHeadSize, frame.length)};
    bytes.remove_prefix(H2Frame::kHeadSize + frame.length);
    if (frame.type == H2Frame::kHeaders) {
        strip_padding(piece);
    }
    return piece;
}

std::optional<H2Piece> H2FrameReader::begin_data(std::string_view& bytes, const H2Frame& frame) {
    const bool padded = frame.has(H2Frame::kPadded);
    const size_t head = H2Frame::kHeadSize + (padded && frame.length != 0 ? 1 : 0);
    if (bytes.size() < head) {
        return std::nullopt;
    }
    const uint32_t padding = head == H2Frame::kHeadSize ? 0 : static_cast<uint8_t>(bytes[head - 1]);
    const auto rest = static_cast<uint32_t>(frame.length - (head - H2Frame::kHeadSize));
    if (padding > rest || (padded && frame.length == 0)) {
        return H2Piece{frame, {}, 0, true, true, true};
    }
    data_ = frame;
    data_left_ = rest - padding;
    padding_left_ = padding;
    bytes.remove_prefix(head);
    H2Piece piece = next_data(bytes).value_or(H2Piece{frame, {}});
    piece.padding = frame.length - data_left_ - static_cast<uint32_t>(piece.payload.size());
    piece.first = true;
    piece.last = data_left_ == 0 && padding_left_ == 0;
    return piece;
}

std::optional<H2Piece> H2FrameReader::next_data(std::string_view& bytes) {
    if (bytes.empty()) {
        return std::nullopt;
    }
    const size_t n = std::min<size_t>(data_left_, bytes.size());
    const size_t dropped = std::min<size_t>(padding_left_, bytes.size() - n);
    H2Piece piece{data_, bytes.substr(0, n), 0, false};
    bytes.remove_prefix(n + dropped);
    data_left_ -= static_cast<uint32_t>(n);
    padding_left_ -= static_cast<uint32_t>(dropped);
    piece.last = data_left_ == 0 && padding_left_ == 0;
    return piece;
}

}  // namespace berth::http
