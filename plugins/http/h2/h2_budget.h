#pragma once

#include "h2/h2_frame_reader.h"

#include "berth/cpp/token_bucket.hpp"

#include <cstdint>

namespace berth::http {

// What a client may do on one connection besides asking and reading. Everything odd but legal is
// drawn from one of two budgets; a client that runs out of one is cut off (README.md, HTTP/2).
class H2Budget {
public:
    enum class Verdict : uint8_t {
        kAllowed,
        kResets,       // too many streams given up, by it or because of it
        kGlitches,     // too much that does nothing
        kHeaderBlock,  // a header block too long, or in too many frames
        kWindow,       // WINDOW_UPDATE by 0 (RFC 9113 6.9)
        kPriority,     // PRIORITY that depends on itself (RFC 7540 5.3.1)
    };

    // A frame of the right form has come, or its first part. blocked: output waits for the client.
    Verdict on_frame(const H2Piece& piece, bool blocked, uint64_t now_ms);
    // It made us reset a stream.
    Verdict on_stream_error(uint64_t now_ms);
    // Something odd that no frame tells.
    Verdict on_glitch(uint64_t now_ms) { return on_glitches(1, now_ms); }

private:
    Verdict on_header_block(const H2Frame& frame);
    Verdict on_glitches(uint32_t n, uint64_t now_ms);

    sdk::TokenBucket resets_{200, 33};
    sdk::TokenBucket glitches_{1000, 100};
    uint32_t block_bytes_ = 0;  // of the header block that comes
    uint32_t block_frames_ = 0;
};

}  // namespace berth::http
