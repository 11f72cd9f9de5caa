#pragma once

#include "output_chunks.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace berth::compress {

enum class EncodeMode : uint8_t {
    kMore,   // the encoder may keep what it likes
    kFlush,  // all of the input so far can be decoded from the output
    kEnd,
};

// One stream of one coding: begin(), encode()... with kEnd last, and again.
class Encoder {
public:
    virtual ~Encoder() = default;

    // size: of the body, or BERTH_LENGTH_UNKNOWN; a hint. False when memory is exhausted.
    virtual bool begin(uint64_t size) = 0;
    // False when the library fails.
    virtual bool encode(std::string_view input, EncodeMode mode, Output& output) = 0;
};

std::unique_ptr<Encoder> make_gzip_encoder(int level);
std::unique_ptr<Encoder> make_brotli_encoder(int level);
std::unique_ptr<Encoder> make_zstd_encoder(int level);

}  // namespace berth::compress
