// A traceparent: what is taken names a trace and nothing else, and is written again as it came.
#include "support/fuzz_input.h"
#include "trace_context.h"

#include <array>
#include <string>

using namespace berth::http;
using berth::testing::require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto parent = parse_traceparent(text);
    if (!parent) {
        return 0;
    }
    require(parent->trace_id.size() == 2 * kTraceIdBytes && text.size() >= kTraceParentSize);
    require(parent->trace_id.find_first_not_of("0123456789abcdef") == std::string::npos);
    const std::array<uint8_t, kSpanIdBytes> span{1, 2, 3, 4, 5, 6, 7, 8};
    std::string written(kTraceParentSize, '\0');
    format_traceparent(parent->trace_id, span, parent->sampled, written.data());
    const auto again = parse_traceparent(written);
    require(again && again->trace_id == parent->trace_id && again->sampled == parent->sampled);
    require(!parse_traceparent(written + text));
    return 0;
}
