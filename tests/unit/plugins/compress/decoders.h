// The other side of each coding.
#pragma once

#include <brotli/decode.h>

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <string_view>

namespace berth::compress {

constexpr size_t kDecodedMax = 4 << 20;

// Whole streams; `complete` says whether the end is there.
inline std::string decode_gzip(std::string_view text, bool* complete) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    std::string out(kDecodedMax, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    *complete = inflate(&stream, Z_SYNC_FLUSH) == Z_STREAM_END && stream.avail_in == 0;
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

inline std::string decode_brotli(std::string_view text, bool* complete) {
    BrotliDecoderState* state = BrotliDecoderCreateInstance(nullptr, nullptr, nullptr);
    std::string out(kDecodedMax, '\0');
    size_t left = text.size(), room = out.size(), total = 0;
    const auto* from = reinterpret_cast<const uint8_t*>(text.data());
    auto* to = reinterpret_cast<uint8_t*>(out.data());
    const auto result = BrotliDecoderDecompressStream(state, &left, &from, &room, &to, &total);
    *complete = result == BROTLI_DECODER_RESULT_SUCCESS && left == 0;
    BrotliDecoderDestroyInstance(state);
    out.resize(total);
    return out;
}

inline std::string decode_zstd(std::string_view text, bool* complete) {
    ZSTD_DCtx* state = ZSTD_createDCtx();
    std::string out(kDecodedMax, '\0');
    ZSTD_inBuffer from{text.data(), text.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const size_t left = ZSTD_decompressStream(state, &to, &from);
    *complete = left == 0 && from.pos == from.size;
    ZSTD_freeDCtx(state);
    out.resize(to.pos);
    return out;
}

inline std::string decode(std::string_view coding, std::string_view text, bool* complete) {
    return coding == "gzip" ? decode_gzip(text, complete)
           : coding == "br" ? decode_brotli(text, complete)
                            : decode_zstd(text, complete);
}

}  // namespace berth::compress
