// A chunked body: the slow reference finds the same data and the same end, however the bytes are
// cut; input only shrinks, and no more data comes out than went in.
#include "h1/chunk_decoder.h"
#include "support/fuzz_input.h"
#include "support/reference_http1.h"

#include <string>

namespace {

using berth::http::ChunkDecoder;
using berth::testing::ReferenceChunks;
using berth::testing::require;
using Step = ChunkDecoder::Step;

constexpr size_t kAllCutsMax = 160;
constexpr size_t kLongBody = 96 * 1024;  // beyond where a body of mostly framing is refused

struct Decoded {
    Step step = Step::kMore;
    std::string data, trailers;
    size_t size = 0;  // consumed

    bool operator==(const Decoded&) const = default;
};

// Takes what it can of a piece. `taken_max`: bytes of data that the caller takes at a time.
void feed(ChunkDecoder& decoder, std::string_view piece, size_t taken_max, Decoded& result) {
    const char* const end = piece.data() + piece.size();
    std::string_view input = piece;
    while (true) {
        const size_t before = input.size();
        result.step = decoder.next(input);
        require(input.size() <= before && input.data() + input.size() == end);
        if (result.step != Step::kData) {
            break;
        }
        require(!input.empty() && decoder.available() > 0);
        const auto size =
            static_cast<size_t>(std::min<uint64_t>({decoder.available(), input.size(), taken_max}));
        result.data.append(input.substr(0, size));
        input.remove_prefix(size);
        decoder.took(size);
    }
    require(result.step != Step::kMore || input.empty());
    result.size += piece.size() - input.size();
}

Decoded decode(std::string_view bytes, size_t first, size_t piece, size_t taken_max) {
    ChunkDecoder decoder;
    Decoded result;
    for (size_t at = 0, size = first; at < bytes.size() && result.step == Step::kMore;
         at += size, size = piece) {
        feed(decoder, bytes.substr(at, size), taken_max, result);
    }
    if (const auto lines = decoder.take_trailers()) {
        require(result.step != Step::kEnd || lines->ends_with("\r\n"));
        result.trailers = *lines;
    }
    require(result.data.size() <= result.size && result.size <= bytes.size());
    return result;
}

void check_reference(std::string_view bytes, const Decoded& found) {
    const ReferenceChunks wanted = berth::testing::reference_chunks(std::string(bytes));
    require((found.step == Step::kEnd) == (wanted.outcome == ReferenceChunks::Outcome::kEnd));
    require((found.step == Step::kRefused) ==
            (wanted.outcome == ReferenceChunks::Outcome::kRefused));
    require(found.data == wanted.data);
    require(found.step != Step::kEnd || found.size == wanted.size);
}

void check(std::string_view bytes) {
    const Decoded whole = decode(bytes, bytes.size(), bytes.size(), SIZE_MAX);
    check_reference(bytes, whole);
    require(whole == decode(bytes, 1, 1, SIZE_MAX));
    require(whole == decode(bytes, 7, 13, 3));
    for (size_t cut = 1; cut < bytes.size() && bytes.size() <= kAllCutsMax; ++cut) {
        require(whole == decode(bytes, cut, bytes.size(), SIZE_MAX));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    // The same over and over, when it is whole chunks: the limits of a body.
    if (size > 0 && size <= 64 && decode(bytes, size, size, SIZE_MAX).step == Step::kMore) {
        std::string body;
        while (body.size() < kLongBody) {
            body += bytes;
        }
        check(body);
    }
    return 0;
}
