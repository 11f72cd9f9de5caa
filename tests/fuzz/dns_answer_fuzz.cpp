#include "net/dns_answer.h"

#include "berth/net.h"

#include <cstdlib>

namespace {

constexpr size_t kNameMax = 1'024;  // 255 bytes, each at most four as text (RFC 1035 5.1: \DDD)
constexpr size_t kNumbersMax = 18;

}  // namespace

// Records come with success only, and no name in them is longer than the format allows.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    for (const uint16_t type : {BERTH_RR_MX, BERTH_RR_SRV, BERTH_RR_TXT}) {
        const berth::DnsAnswer answer = berth::parse_dns_answer({data, size}, type);
        if (answer.status != BERTH_OK && !answer.records.empty()) {
            std::abort();
        }
        for (const auto& record : answer.records) {
            const bool has_name = type != BERTH_RR_TXT;
            if (record.size() > (has_name ? kNameMax + kNumbersMax : size)) {
                std::abort();
            }
        }
    }
    return 0;
}
