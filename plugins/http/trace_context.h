// W3C Trace Context, level 1: the field `traceparent`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace berth::http {

constexpr size_t kTraceParentSize = 55;
constexpr size_t kTraceIdBytes = 16, kSpanIdBytes = 8;

struct TraceParent {
    std::string_view trace_id;  // 32 hexadecimal digits
    bool sampled = false;
};

// None for what no receiver may go by.
std::optional<TraceParent> parse_traceparent(std::string_view value);

// Writes kTraceParentSize bytes at out: version 00, a trace and in it a span.
void format_traceparent(std::string_view trace_id,
                        std::span<const uint8_t, kSpanIdBytes> span_id,
                        bool sampled,
                        char* out);

// Two digits for each byte; returns the end.
char* format_hex_bytes(std::span<const uint8_t> bytes, char* out);

}  // namespace berth::http
