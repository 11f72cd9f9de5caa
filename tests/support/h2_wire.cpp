#include "support/h2_wire.h"

#include "berth/cpp/text.hpp"

#include <cstdlib>

namespace berth::testing::h2 {
namespace {

constexpr size_t kHeadSize = 9;

uint32_t number_at(std::string_view bytes, size_t at, size_t size) {
    uint32_t value = 0;
    for (const char c : bytes.substr(at, size)) {
        value = value << 8 | static_cast<uint8_t>(c);
    }
    return value;
}

// RFC 7541 5.1 with a prefix of 7 bits.
std::string length_of(std::string_view text) {
    size_t left = text.size();
    if (left < 127) {
        return std::string(1, static_cast<char>(left));
    }
    std::string out(1, static_cast<char>(127));
    for (left -= 127; left >= 128; left /= 128) {
        out += static_cast<char>(left % 128 + 128);
    }
    return out + static_cast<char>(left);
}

}  // namespace

std::string number(uint64_t value, size_t bytes) {
    std::string out(bytes, '\0');
    for (size_t i = bytes; i-- > 0; value >>= 8) {
        out[i] = static_cast<char>(value & 0xff);
    }
    return out;
}

std::string frame_of_length(
    uint32_t length, uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload) {
    return number(length, 3)
        .append(number(type, 1))
        .append(number(flags, 1))
        .append(number(stream, 4))
        .append(payload);
}

std::string frame(uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload) {
    return frame_of_length(static_cast<uint32_t>(payload.size()), type, flags, stream, payload);
}

std::string settings(const std::vector<std::pair<uint16_t, uint32_t>>& entries) {
    std::string payload;
    for (const auto& [id, value] : entries) {
        payload.append(number(id, 2)).append(number(value, 4));
    }
    return frame(kSettings, 0, 0, payload);
}

std::string settings_ack() {
    return frame(kSettings, kAck, 0, {});
}

std::string preface(const std::vector<std::pair<uint16_t, uint32_t>>& entries) {
    return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings(entries);
}

std::string window_update(uint32_t stream, uint32_t increment) {
    return frame(kWindowUpdate, 0, stream, number(increment, 4));
}

std::string rst_stream(uint32_t stream, uint32_t error) {
    return frame(kRstStream, 0, stream, number(error, 4));
}

std::string ping(std::string_view eight_bytes) {
    return frame(kPing, 0, 0, eight_bytes);
}

std::string data(uint32_t stream, std::string_view bytes, uint8_t flags) {
    return frame(kData, flags, stream, bytes);
}

std::string literal(std::string_view name, std::string_view value) {
    std::string out(1, '\0');
    return out.append(length_of(name)).append(name).append(length_of(value)).append(value);
}

std::string block(const Fields& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        out.append(literal(name, value));
    }
    return out;
}

std::string headers(uint32_t stream, std::string_view header_block, uint8_t flags) {
    return frame(kHeaders, flags, stream, header_block);
}

Fields get(std::string_view path, std::string_view authority) {
    return {{":method", "GET"},
            {":scheme", "http"},
            {":path", std::string(path)},
            {":authority", std::string(authority)}};
}

Fields post(std::string_view path) {
    Fields fields = get(path);
    fields.front().second = "POST";
    return fields;
}

std::string request(uint32_t stream, const Fields& fields, uint8_t more) {
    return headers(stream, block(fields), static_cast<uint8_t>(kEndHeaders | more));
}

std::string Answers::Stream::field(std::string_view name) const {
    for (const auto& [known, value] : fields) {
        if (known == name) {
            return value;
        }
    }
    return {};
}

Answers::Answers() {
    nghttp2_hd_inflater* inflater = nullptr;
    if (nghttp2_hd_inflate_new(&inflater) != 0) {
        std::abort();
    }
    inflater_.reset(inflater);
}

void Answers::read(std::string& output) {
    while (output.size() >= kHeadSize) {
        const size_t length = number_at(output, 0, 3);
        if (output.size() < kHeadSize + length) {
            return;
        }
        const Frame frame{static_cast<uint8_t>(output[3]),
                          static_cast<uint8_t>(output[4]),
                          number_at(output, 5, 4),
                          output.substr(kHeadSize, length)};
        output.erase(0, kHeadSize + length);
        frames.push_back(frame);
        take(frame);
    }
}

void Answers::take(const Frame& frame) {
    switch (frame.type) {
        case kData:
            streams[frame.stream].body.append(frame.payload);
            streams[frame.stream].ended |= (frame.flags & kEndStream) != 0;
            break;
        case kHeaders:
            block_flags_ = frame.flags;
            [[fallthrough]];
        case kContinuation:
            block_.append(frame.payload);
            if ((frame.flags & kEndHeaders) != 0) {
                take_header_block(frame.stream, block_flags_);
            }
            break;
        case kRstStream:
            streams[frame.stream].reset = true;
            streams[frame.stream].error = number_at(frame.payload, 0, 4);
            break;
        case kSettings:
            settings_acks += frame.flags & kAck;
            for (size_t at = 0; at + 6 <= frame.payload.size(); at += 6) {
                settings[static_cast<uint16_t>(number_at(frame.payload, at, 2))] =
                    number_at(frame.payload, at + 2, 4);
            }
            break;
        case kPing:
            pings += frame.flags & kAck;
            break;
        case kGoaway:
            last_streams.push_back(number_at(frame.payload, 0, 4));
            goaways.push_back(number_at(frame.payload, 4, 4));
            break;
        default:
            break;
    }
}

void Answers::take_header_block(uint32_t id, uint8_t flags) {
    Stream& stream = streams[id];
    Fields fields;
    const auto* at = reinterpret_cast<const uint8_t*>(block_.data());
    size_t left = block_.size();
    int inflated = 0;
    while ((inflated & NGHTTP2_HD_INFLATE_FINAL) == 0) {
        nghttp2_nv field{};
        const ssize_t used =
            nghttp2_hd_inflate_hd2(inflater_.get(), &field, &inflated, at, left, 1);
        if (used < 0) {
            broken = true;
            return;
        }
        at += used;
        left -= static_cast<size_t>(used);
        if ((inflated & NGHTTP2_HD_INFLATE_EMIT) != 0) {
            fields.emplace_back(std::string(reinterpret_cast<char*>(field.name), field.namelen),
                                std::string(reinterpret_cast<char*>(field.value), field.valuelen));
        }
    }
    nghttp2_hd_inflate_end_headers(inflater_.get());
    block_.clear();
    stream.ended |= (flags & kEndStream) != 0;
    if (fields.empty() || fields.front().first != ":status") {
        stream.trailers = fields;
        return;
    }
    stream.statuses.push_back(
        static_cast<int>(sdk::parse_decimal(fields.front().second).value_or(0)));
    stream.fields = fields;
}

}  // namespace berth::testing::h2
