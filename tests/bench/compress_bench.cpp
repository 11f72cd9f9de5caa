// The encoders of compress, with the chunks they write to, beside zlib alone: 64 KiB of JSON.
#include "encoder.h"

#include <benchmark/benchmark.h>
#include <zlib.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>

namespace {

using berth::compress::ChunkPool;
using berth::compress::EncodeMode;
using berth::compress::Encoder;
using berth::compress::Output;

constexpr size_t kSize = 64 * 1024;

std::string json() {
    std::string text = "[";
    for (unsigned i = 0; text.size() < kSize; ++i) {
        const std::string number = std::to_string(i * 2654435761u);
        text += "{\"id\":" + number + ",\"name\":\"item " + number.substr(0, 4) +
                "\",\"price\":" + std::to_string(i % 977) + ".50,\"tags\":[\"a\",\"b\"]},\n";
    }
    text.resize(kSize);
    return text;
}

void zlib_alone(benchmark::State& state) {
    const std::string text = json();
    std::string room(compressBound(kSize) + 64, '\0');
    z_stream stream{};
    if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        std::abort();
    }
    for (auto _ : state) {
        deflateReset(&stream);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
        stream.avail_in = kSize;
        stream.next_out = reinterpret_cast<Bytef*>(room.data());
        stream.avail_out = static_cast<uInt>(room.size());
        if (deflate(&stream, Z_FINISH) != Z_STREAM_END) {
            std::abort();
        }
        benchmark::DoNotOptimize(room.data());
    }
    state.counters["ratio"] = static_cast<double>(stream.total_out) / kSize;
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kSize));
    deflateEnd(&stream);
}

// As the filter does it: input, end, segments that are released.
void encode(benchmark::State& state, std::unique_ptr<Encoder> (*make)(int), int level) {
    const std::string text = json();
    berth_http_ext http{};
    http.segs_reserve = [](berth_http_req*, berth_segs*, uint32_t) -> berth_status {
        return BERTH_OK;
    };
    berth_http_req request{};
    ChunkPool chunks;
    const auto encoder = make(level);
    uint64_t size = 0;
    for (auto _ : state) {
        std::array<berth_seg, 16> room;
        berth_segs out{room.data(), 0, room.size()};
        {
            Output output(chunks, http, request, out);
            if (!encoder->begin(kSize) || !encoder->encode(text, EncodeMode::kMore, output) ||
                !encoder->encode({}, EncodeMode::kEnd, output) || !output.finish()) {
                std::abort();
            }
        }
        size = 0;
        for (uint32_t i = 0; i < out.n; ++i) {
            size += out.segs[i].len;
            out.segs[i].v.owner->release(out.segs[i].v.owner);
        }
    }
    state.counters["ratio"] = static_cast<double>(size) / kSize;
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kSize));
}

BENCHMARK(zlib_alone);
BENCHMARK_CAPTURE(encode, gzip_6, berth::compress::make_gzip_encoder, 6);
BENCHMARK_CAPTURE(encode, brotli_4, berth::compress::make_brotli_encoder, 4);
BENCHMARK_CAPTURE(encode, zstd_3, berth::compress::make_zstd_encoder, 3);

}  // namespace
