#include "message_deflate.h"

#include <algorithm>
#include <limits>

namespace berth::websocket {
namespace {

constexpr int kLevel = 6, kMemoryLevel = 8, kWindowMax = 15;
constexpr size_t kRoomMin = 4096;
constexpr uint64_t kDensityMax = 100, kDenseAllowed = 256 * 1024;
// What a sender leaves off a message (RFC 7692 7.2.1): an empty stored block without its head.
constexpr std::array<uint8_t, 4> kTail{0x00, 0x00, 0xff, 0xff};

void set_input(z_stream& stream, std::span<const uint8_t> bytes) {
    stream.next_in = const_cast<uint8_t*>(bytes.data());  // zlib does not write to it
    stream.avail_in = static_cast<uInt>(bytes.size());
}

// Room behind what is in `out`; returns where the room begins.
size_t make_room(z_stream& stream, std::vector<uint8_t>& out) {
    const size_t used = out.size();
    out.resize(std::max(used * 2, used + kRoomMin));
    stream.next_out = out.data() + used;
    stream.avail_out = static_cast<uInt>(out.size() - used);
    return used;
}

void trim(const z_stream& stream, std::vector<uint8_t>& out) {
    out.resize(out.size() - stream.avail_out);
}

void run_deflate(z_stream& stream, int flush, std::vector<uint8_t>& out) {
    do {
        make_room(stream, out);
        ::deflate(&stream, flush);
        trim(stream, out);
    } while (stream.avail_in != 0);
}

}  // namespace

void MessageDeflate::EndDeflate::operator()(z_stream* stream) const {
    deflateEnd(stream);
    delete stream;
}

void MessageDeflate::EndInflate::operator()(z_stream* stream) const {
    inflateEnd(stream);
    delete stream;
}

z_stream* MessageDeflate::deflater(int window_bits) {
    auto& known = deflaters_.at(static_cast<size_t>(window_bits));
    if (!known) {
        auto made = std::make_unique<z_stream>();
        const int status = deflateInit2(
            made.get(), kLevel, Z_DEFLATED, -window_bits, kMemoryLevel, Z_DEFAULT_STRATEGY);
        if (status != Z_OK) {
            return nullptr;
        }
        known.reset(made.release());
    } else {
        deflateReset(known.get());
    }
    return known.get();
}

z_stream* MessageDeflate::inflater() {
    if (!inflater_) {
        auto made = std::make_unique<z_stream>();
        if (inflateInit2(made.get(), -kWindowMax) != Z_OK) {
            return nullptr;
        }
        inflater_.reset(made.release());
    } else {
        inflateReset(inflater_.get());
    }
    return inflater_.get();
}

bool MessageDeflate::deflate(std::span<const std::span<const uint8_t>> pieces,
                             int window_bits,
                             std::vector<uint8_t>& out) {
    z_stream* const stream = deflater(window_bits);
    if (stream == nullptr) {
        return false;
    }
    for (const auto& piece : pieces) {
        set_input(*stream, piece);
        if (!piece.empty()) {
            run_deflate(*stream, Z_NO_FLUSH, out);
        }
    }
    set_input(*stream, {});
    do {
        make_room(*stream, out);
        ::deflate(stream, Z_SYNC_FLUSH);
        trim(*stream, out);
    } while (stream->avail_out == 0);
    out.resize(out.size() - std::min(out.size(), kTail.size()));
    return true;
}

MessageDeflate::Outcome MessageDeflate::inflate(std::span<const uint8_t> message,
                                                uint64_t bytes_max,
                                                std::vector<uint8_t>& out) {
    out.clear();
    if (inflater() == nullptr) {
        return Outcome::kNoMemory;
    }
    const uint64_t dense = std::max(kDenseAllowed, message.size() * kDensityMax);
    const uint64_t allowed = std::min(bytes_max, dense);
    Outcome outcome = inflate_part(message, allowed, out);
    if (outcome == Outcome::kGood) {
        outcome = inflate_part(kTail, allowed, out);
    }
    return outcome == Outcome::kTooLong && dense < bytes_max ? Outcome::kTooDense : outcome;
}

MessageDeflate::Outcome MessageDeflate::inflate_part(std::span<const uint8_t> part,
                                                     uint64_t bytes_max,
                                                     std::vector<uint8_t>& out) {
    z_stream& stream = *inflater_;
    set_input(stream, part);
    int status = Z_OK;
    do {
        make_room(stream, out);
        status = ::inflate(&stream, Z_SYNC_FLUSH);
        trim(stream, out);
        if (out.size() > bytes_max) {
            return Outcome::kTooLong;
        }
        if (status == Z_STREAM_END) {  // RFC 7692 7.2.3.4: a last block, and others behind it
            inflateReset(&stream);
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            return Outcome::kBroken;
        }
    } while (stream.avail_in != 0 || stream.avail_out == 0);
    return Outcome::kGood;
}

}  // namespace berth::websocket
