#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace berth::http {

struct HeadLimits {
    uint32_t request_line = 8 * 1024;  // without its line end
    uint32_t head = 32 * 1024;         // all of it, leading empty lines included
    uint32_t fields = 100;
};

// A field as it stands in the parsed bytes: the value trimmed, the name in its own case.
struct HeadField {
    std::string_view name, value;
    uint16_t id;  // BERTH_H_*, BERTH_H_COUNT for other names
};

enum class BodyKind : uint8_t { kNone, kLength, kChunked };

// A request head: views into the parsed bytes, and what RFC 9112 concludes from its fields.
struct Head {
    std::string_view method, target, host;
    std::vector<HeadField> fields;  // keeps its capacity from one request to the next
    uint64_t content_length = 0;
    uint32_t start = 0, end = 0;  // of the head in the parsed bytes; the body begins at end
    uint8_t version = 11;         // 10 or 11
    BodyKind body = BodyKind::kNone;
    bool keep_alive = true;
    bool expects_continue = false;
};

// What must be kept of an incomplete head from one call to the next, besides its bytes. A line is
// judged once, when its end is there, so that a slow sender costs linear work and the verdict does
// not depend on how the bytes were cut.
struct HeadProgress {
    uint32_t line = 0;     // start of the first line that is not complete
    uint32_t scanned = 0;  // no line end between `line` and here
    uint16_t fields = 0;
    uint8_t empty_lines = 0;
    bool has_request_line = false;
};

enum class HeadState : uint8_t { kPartial, kComplete, kRefused };

struct HeadResult {
    HeadState state = HeadState::kPartial;
    uint16_t status = 0;  // of the answer to a refused one
};

// Parses the head of an HTTP/1 request at the front of bytes; strict (RFC 9112, and the rules of
// README.md where it leaves a choice). Call again with more bytes behind the same ones while the
// state is kPartial; head is valid when it is kComplete. Progress must be fresh for a new head.
HeadResult parse_head(std::string_view bytes,
                      const HeadLimits& limits,
                      HeadProgress& progress,
                      Head& head);

}  // namespace berth::http
