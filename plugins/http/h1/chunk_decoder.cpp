#include "h1/chunk_decoder.h"

#include "byte_scan.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <limits>

namespace berth::http {
namespace {

constexpr uint8_t kDigitsMax = 16;
constexpr uint64_t kChunkMax = std::numeric_limits<int64_t>::max();
constexpr uint16_t kExtensionMax = 256;        // bytes per chunk
constexpr uint16_t kExtensionsMax = 4 * 1024;  // bytes per body
constexpr uint16_t kTrailersMax = 8 * 1024;    // bytes per body
constexpr uint32_t kFramingFree = 64 * 1024;   // before the share of data matters

}  // namespace

ChunkDecoder::Step ChunkDecoder::next(std::string_view& input) {
    while (true) {
        switch (state_) {
            case State::kData:
                return input.empty() ? Step::kMore : Step::kData;
            case State::kDone:
                return Step::kEnd;
            case State::kRefused:
                return Step::kRefused;
            default:
                break;
        }
        if (input.empty()) {
            return Step::kMore;
        }
        const State before = state_;
        state_ = feed(input.front());
        if (before >= State::kTrailer && state_ < State::kLastEnd) {
            keep_trailer(input.front());
        }
        input.remove_prefix(1);
        framing_ += framing_ != std::numeric_limits<uint32_t>::max() ? 1 : 0;
    }
}

void ChunkDecoder::took(uint64_t bytes) {
    left_ -= bytes;
    const uint64_t room = std::numeric_limits<uint32_t>::max() - data_;
    data_ += static_cast<uint32_t>(std::min(bytes, room));
    if (left_ == 0) {
        state_ = State::kDataCr;
    }
}

ChunkDecoder::State ChunkDecoder::feed(char c) {
    switch (state_) {
        case State::kSizeFirst:
        case State::kSize:
            return on_size(c);
        case State::kExtension:
            return on_extension(c);
        case State::kSizeEnd:
            return c == '\n' ? after_size_line() : State::kRefused;
        case State::kDataCr:
            return c == '\r' ? State::kDataEnd : State::kRefused;
        case State::kDataEnd:
            return c == '\n' ? State::kSizeFirst : State::kRefused;
        case State::kTrailerEnd:
            return c == '\n' ? State::kTrailer : State::kRefused;
        case State::kLastEnd:
            return c == '\n' ? State::kDone : State::kRefused;
        default:
            return on_trailer(c);
    }
}

ChunkDecoder::State ChunkDecoder::on_size(char c) {
    const int digit = sdk::hex_digit(c);
    if (digit >= 0) {
        if (++digits_ > kDigitsMax || left_ > kChunkMax >> 4) {
            return State::kRefused;
        }
        left_ = left_ << 4 | static_cast<uint64_t>(digit);
        return State::kSize;
    }
    if (state_ == State::kSizeFirst) {
        return State::kRefused;
    }
    if (c == ';') {
        extension_ = 0;
        return State::kExtension;
    }
    return c == '\r' ? State::kSizeEnd : State::kRefused;
}

ChunkDecoder::State ChunkDecoder::on_extension(char c) {
    if (c == '\r') {
        return State::kSizeEnd;
    }
    if (++extension_ > kExtensionMax || ++extensions_ > kExtensionsMax ||
        !is_field_value({&c, 1})) {
        return State::kRefused;
    }
    return State::kExtension;
}

ChunkDecoder::State ChunkDecoder::after_size_line() {
    digits_ = 0;
    if (is_mostly_framing()) {
        return State::kRefused;
    }
    return left_ == 0 ? State::kTrailer : State::kData;
}

void ChunkDecoder::keep_trailer(char c) {
    if (!trailer_lines_) {
        trailer_lines_ = std::make_unique<std::string>();
    }
    trailer_lines_->push_back(c);
}

// Trailers are checked as fields are.
ChunkDecoder::State ChunkDecoder::on_trailer(char c) {
    if (++trailers_ > kTrailersMax) {
        return State::kRefused;
    }
    if (state_ == State::kTrailerValue) {
        if (c == '\r') {
            return State::kTrailerEnd;
        }
        return is_field_value({&c, 1}) ? State::kTrailerValue : State::kRefused;
    }
    if (state_ == State::kTrailer && c == '\r') {
        return State::kLastEnd;
    }
    if (state_ == State::kTrailerName && c == ':') {
        return State::kTrailerValue;
    }
    return token_lower(c) != '\0' ? State::kTrailerName : State::kRefused;
}

// A body of tiny chunks costs its sender little and us much.
bool ChunkDecoder::is_mostly_framing() const {
    return framing_ > kFramingFree && data_ < framing_ / 4;
}

}  // namespace berth::http
