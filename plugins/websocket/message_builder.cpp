#include "message_builder.h"

#include "websocket_module.h"

#include "berth/websocket.h"

#include <algorithm>

namespace berth::websocket {
namespace {

using Outcome = MessageBuilder::Outcome;

Outcome refused(uint16_t code, const char* limit = nullptr) {
    return {Outcome::Kind::kRefused, code, limit, {}};
}

Outcome whole(std::span<const uint8_t> message) {
    return {Outcome::Kind::kWhole, 0, nullptr, message};
}

// What cannot be made shorter is longer when it is compressed (RFC 1951 3.2.4).
uint64_t with_block_heads(uint64_t bytes) {
    return bytes + std::min(bytes / 1024 + 64, UINT64_MAX - bytes);
}

}  // namespace

Outcome MessageBuilder::add(const FrameReader::Event& piece) {
    const uint64_t most = piece.compressed ? with_block_heads(bytes_max_) : bytes_max_;
    if (gathered_.size() + piece.bytes.size() + piece.to_come > most) {
        return refused(BERTH_WS_TOO_BIG, "websocket_message");
    }
    if (piece.first && piece.last && !piece.compressed) {
        return take_whole(piece);
    }
    if (!gather(piece)) {
        return refused(BERTH_WS_NOT_UTF8);
    }
    if (!piece.last) {
        return {};
    }
    return piece.compressed ? inflate(piece.opcode) : whole(gathered_);
}

// The common case: a message in one frame, in one read. It needs no memory of its own.
Outcome MessageBuilder::take_whole(const FrameReader::Event& piece) {
    const size_t size = piece.bytes.size();
    uint8_t* const bytes = module_.scratch(size);
    unmask(piece.bytes.data(), size, piece.mask, bytes);
    const bool good = piece.opcode != kText || is_utf8({bytes, size});
    return good ? whole({bytes, size}) : refused(BERTH_WS_NOT_UTF8);
}

// False: it cannot become text.
bool MessageBuilder::gather(const FrameReader::Event& piece) {
    if (piece.first) {
        utf8_.reset();
    }
    const size_t before = gathered_.size(), size = piece.bytes.size();
    gathered_.resize(before + size);
    uint8_t* const bytes = gathered_.data() + before;
    unmask(piece.bytes.data(), size, piece.mask, bytes);
    if (piece.opcode != kText || piece.compressed) {
        return true;
    }
    return utf8_.add({bytes, size}) && (!piece.last || utf8_.is_complete());
}

Outcome MessageBuilder::inflate(uint8_t opcode) {
    std::vector<uint8_t>& room = module_.inflated();
    switch (module_.deflate().inflate(gathered_, bytes_max_, room)) {
        case MessageDeflate::Outcome::kTooLong:
            return refused(BERTH_WS_TOO_BIG, "websocket_message");
        case MessageDeflate::Outcome::kTooDense:
            return refused(BERTH_WS_TOO_BIG, "websocket_inflate");
        case MessageDeflate::Outcome::kNoMemory:
            return refused(BERTH_WS_INTERNAL_ERROR);
        case MessageDeflate::Outcome::kBroken:
            return refused(BERTH_WS_NOT_UTF8);
        case MessageDeflate::Outcome::kGood:
            break;
    }
    return opcode == kText && !is_utf8(room) ? refused(BERTH_WS_NOT_UTF8) : whole(room);
}

void MessageBuilder::release() {
    if (gathered_.capacity() != 0) {
        std::vector<uint8_t>().swap(gathered_);
        WebSocketModule::trim(module_.inflated());
    }
}

}  // namespace berth::websocket
