#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace berth {

using SipKey = std::array<uint64_t, 2>;

// SipHash-2-4 (Aumasson and Bernstein, 2012): who does not know the key cannot choose texts that
// collide. For tables whose keys come from peers.
uint64_t sip_hash(const SipKey& key, std::string_view text);

}  // namespace berth
