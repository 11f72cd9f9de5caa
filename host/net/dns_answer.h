#pragma once

#include "berth/abi.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace berth {

// What a lookup gave. BERTH_OK without records: the name exists but has no record of that type.
struct DnsAnswer {
    berth_status status = BERTH_E_DNS;
    std::vector<std::string> records;  // texts as berth/net.h describes them
};

// The MX, TXT or SRV records (BERTH_RR_*) of a DNS message. Pure; the message may be anything.
DnsAnswer parse_dns_answer(std::span<const uint8_t> message, uint16_t type);

// Outcomes of c-ares as the ABI has them: BERTH_E_DNS (no such name), BERTH_E_TIMEOUT, BERTH_E_IO
// (servers failed or answered nonsense), BERTH_E_NOMEM.
berth_status dns_status(int ares_status);

}  // namespace berth
