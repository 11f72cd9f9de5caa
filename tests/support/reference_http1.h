// Slow and plain versions of what the http plugin parses fast: the oracles of tests and fuzzing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth::testing {

struct ReferenceHead {
    enum class Outcome { kPartial, kComplete, kRefused };
    Outcome outcome = Outcome::kPartial;
    int status = 0;  // when refused
    std::string method, target, version;
    std::vector<std::pair<std::string, std::string>> fields;
    bool chunked = false;
    std::optional<uint64_t> length;
    bool keep_alive = false;
    size_t size = 0;  // of the head, with what precedes it
};

struct ReferenceLimits {
    size_t request_line = 8192, head = 32768, fields = 100;
};

// A request head at the front of bytes.
ReferenceHead reference_head(const std::string& bytes, const ReferenceLimits& limits = {});

struct ReferenceChunks {
    enum class Outcome { kMore, kEnd, kRefused };
    Outcome outcome = Outcome::kMore;
    std::string data;  // of complete and incomplete chunks
    size_t size = 0;   // of the body with its framing, when it ended
};

// A chunked body at the front of bytes.
ReferenceChunks reference_chunks(const std::string& bytes);

}  // namespace berth::testing
