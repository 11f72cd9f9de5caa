#pragma once

#include <zlib.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace berth::websocket {

// Compressed messages (RFC 7692 7.2), each for itself: one of these serves all connections of a
// worker. Its memory comes with the first message that needs it.
class MessageDeflate {
public:
    enum class Outcome : uint8_t { kGood, kBroken, kTooLong, kTooDense, kNoMemory };

    // Adds the message's pieces to `out`, compressed. False: memory is exhausted.
    bool deflate(std::span<const std::span<const uint8_t>> pieces,
                 int window_bits,
                 std::vector<uint8_t>& out);
    // Replaces `out` by the whole of a message. kTooLong: it has more than bytes_max; kTooDense:
    // more than 100 times what it came in, beyond the first 256 KiB.
    Outcome inflate(std::span<const uint8_t> message,
                    uint64_t bytes_max,
                    std::vector<uint8_t>& out);

private:
    struct EndDeflate {
        void operator()(z_stream* stream) const;
    };
    struct EndInflate {
        void operator()(z_stream* stream) const;
    };

    z_stream* deflater(int window_bits);
    z_stream* inflater();
    Outcome inflate_part(std::span<const uint8_t> part,
                         uint64_t bytes_max,
                         std::vector<uint8_t>& out);

    std::array<std::unique_ptr<z_stream, EndDeflate>, 16> deflaters_;  // by size of window
    std::unique_ptr<z_stream, EndInflate> inflater_;
};

}  // namespace berth::websocket
