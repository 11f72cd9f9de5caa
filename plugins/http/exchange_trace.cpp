// The trace that a request belongs to (W3C Trace Context).
#include "client_identity.h"
#include "exchange.h"
#include "service.h"
#include "trace_context.h"

#include "berth/cpp/text.hpp"

#include <array>
#include <optional>

namespace berth::http {
namespace {

constexpr std::string_view kTraceParent = "traceparent", kTraceState = "tracestate";

// Of the one field; none when there are several, which nobody can tell apart.
std::optional<TraceParent> parent_of(HeaderList fields) {
    std::optional<TraceParent> parent;
    size_t n = 0;
    for (const berth_header& field : fields) {
        if (sdk::view(field.name) == kTraceParent && ++n == 1) {
            parent = parse_traceparent(sdk::view(field.value));
        }
    }
    return n == 1 ? parent : std::nullopt;
}

}  // namespace

// Whoever comes after sees exactly one traceparent: this request's own span in the client's trace,
// or in a new one. Only a trusted proxy may ask for the trace to be recorded.
void Exchange::trace() {
    std::array<uint8_t, kTraceIdBytes + kSpanIdBytes> random;
    if (service_.api().crypto->random(random.data(), random.size()) < 0) {
        return;
    }
    const std::span<const uint8_t> bytes(random);
    const auto parent = parent_of({headers, n_headers});
    std::array<char, 2 * kTraceIdBytes> made;
    format_hex_bytes(bytes.first<kTraceIdBytes>(), made.data());
    const bool believed =
        is_trusted(site_->trust, sdk::parse_ip(wire_->client()).value_or(berth_ip{}));
    std::array<char, kTraceParentSize> text;
    format_traceparent(parent ? parent->trace_id : std::string_view(made.data(), made.size()),
                       bytes.last<kSpanIdBytes>(),
                       parent && parent->sampled && believed,
                       text.data());
    if (!parent) {
        remove_header(kTraceState);  // it belongs to the traceparent that came with it
    }
    if (set_header(kTraceParent, {text.data(), text.size()}) == BERTH_OK) {
        constexpr size_t kIdAt = 3;
        trace_id_ = sdk::view(headers[n_headers - 1].value).substr(kIdAt, made.size());
    }
}

// The array is copied, because views of the old one stay valid.
void Exchange::remove_header(std::string_view name) {
    auto* const fields = static_cast<berth_header*>(
        berth_alloc(service_.api().host, arena, n_headers * sizeof(berth_header)));
    uint32_t kept = 0;
    for (uint32_t i = 0; fields != nullptr && i < n_headers; ++i) {
        if (sdk::view(headers[i].name) != name) {
            fields[kept++] = headers[i];
        }
    }
    if (fields != nullptr && kept != n_headers) {
        headers = fields;
        n_headers = kept;
        index_fields(*this, known_);
    }
}

}  // namespace berth::http
