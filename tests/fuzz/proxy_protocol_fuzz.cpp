#include "proxy_header.h"

#include <cstdlib>
#include <string_view>

// A header has its bounds, is found complete only once, and does not depend on what follows it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace berth::proxy_protocol;
    using Outcome = ProxyHeader::Outcome;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const ProxyHeader whole = parse_proxy_header(bytes, kBothVersions);
    if (whole.outcome == Outcome::kMore && size >= kVersion2Max) {
        std::abort();
    }
    if (whole.outcome != Outcome::kDone) {
        return 0;
    }
    const size_t most = bytes.front() == 'P' ? kVersion1Max : kVersion2Max;
    if (whole.size > size || whole.size > most) {
        std::abort();
    }
    const ProxyHeader exact = parse_proxy_header(bytes.substr(0, whole.size), kBothVersions);
    if (exact.outcome != Outcome::kDone || exact.source_port != whole.source_port) {
        std::abort();
    }
    for (size_t n = 0; n < whole.size; ++n) {
        if (parse_proxy_header(bytes.substr(0, n), kBothVersions).outcome != Outcome::kMore) {
            std::abort();
        }
    }
    return 0;
}
