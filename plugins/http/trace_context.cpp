#include "trace_context.h"

#include <algorithm>

namespace berth::http {
namespace {

constexpr size_t kTraceIdAt = 3, kSpanIdAt = 36, kFlagsAt = 53;
constexpr std::string_view kDigits = "0123456789abcdef";

bool is_hex(std::string_view text) {
    return text.find_first_not_of(kDigits) == text.npos;
}

bool is_zero(std::string_view text) {
    return text.find_first_not_of('0') == text.npos;
}

}  // namespace

// Later versions may be longer behind another dash; what version 00 has stands where it was.
std::optional<TraceParent> parse_traceparent(std::string_view value) {
    if (value.size() < kTraceParentSize) {
        return std::nullopt;
    }
    const std::string_view version = value.substr(0, 2);
    const std::string_view trace_id = value.substr(kTraceIdAt, 2 * kTraceIdBytes);
    const std::string_view span_id = value.substr(kSpanIdAt, 2 * kSpanIdBytes);
    const std::string_view flags = value.substr(kFlagsAt, 2);
    const bool divided =
        value[2] == '-' && value[kSpanIdAt - 1] == '-' && value[kFlagsAt - 1] == '-';
    const bool longer = value.size() > kTraceParentSize;
    const bool good_end = !longer || (version != "00" && value[kTraceParentSize] == '-');
    if (!divided || !good_end || !is_hex(version) || version == "ff" || !is_hex(trace_id) ||
        is_zero(trace_id) || !is_hex(span_id) || is_zero(span_id) || !is_hex(flags)) {
        return std::nullopt;
    }
    return TraceParent{trace_id, kDigits.find(flags[1]) % 2 == 1};
}

char* format_hex_bytes(std::span<const uint8_t> bytes, char* out) {
    for (const uint8_t byte : bytes) {
        *out++ = kDigits[byte >> 4];
        *out++ = kDigits[byte & 15];
    }
    return out;
}

void format_traceparent(std::string_view trace_id,
                        std::span<const uint8_t, kSpanIdBytes> span_id,
                        bool sampled,
                        char* out) {
    out = std::copy_n("00-", 3, out);
    out = std::copy(trace_id.begin(), trace_id.end(), out);
    *out++ = '-';
    out = format_hex_bytes(span_id, out);
    std::copy_n(sampled ? "-01" : "-00", 3, out);
}

}  // namespace berth::http
