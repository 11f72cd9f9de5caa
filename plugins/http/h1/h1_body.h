#pragma once

#include "h1/chunk_decoder.h"
#include "h1/h1_parser.h"

#include <cstdint>
#include <string_view>

namespace berth::http {

// Finds a request's body among the bytes that follow its head, and holds it to its limit.
class H1Body {
public:
    enum class Step : uint8_t { kMore, kData, kEnd, kRefused, kTooLarge };

    void begin(BodyKind kind, uint64_t content_length, uint64_t bytes_max);
    // Removes framing from the front of input; with kData, `data` is what of the body stands there.
    Step next(std::string_view& input, std::string_view& data);
    // The caller removed that many bytes of data from the front of its input.
    void took(uint64_t bytes);
    // With kEnd, see ChunkDecoder.
    std::unique_ptr<std::string> take_trailers() { return chunks_.take_trailers(); }
    // Nothing is left behind those bytes of data? Known only of a body with a length.
    bool ends_after(uint64_t bytes) const;

private:
    uint64_t left_ = 0;     // of a body with a length
    uint64_t allowed_ = 0;  // bytes until the limit
    ChunkDecoder chunks_;
    BodyKind kind_ = BodyKind::kNone;
};

}  // namespace berth::http
