#include "berth/cpp/address.hpp"

#include <cstdlib>
#include <string_view>

// An accepted network contains its address, and not the one beside it: the last bit of the length
// counts.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    berth::sdk::Networks networks;
    if (networks.add(text) != nullptr) {
        if (!networks.empty()) {
            std::abort();
        }
        return 0;
    }
    const size_t slash = std::min(text.find('/'), size);
    const auto ip = berth::sdk::parse_ip(text.substr(0, slash));
    if (!ip || networks.empty() || !networks.contains(*ip)) {
        std::abort();
    }
    const unsigned most = text.find(':') == std::string_view::npos ? 32 : 128;
    const auto given = slash == size ? most : *berth::sdk::parse_decimal(text.substr(slash + 1));
    const unsigned bits = 128 - most + static_cast<unsigned>(given);
    berth_ip flipped = *ip;  // the lowest bit of the network
    if (bits > 128 - most) {
        const unsigned bit = bits - 1;
        flipped.b[bit / 8] = static_cast<uint8_t>(flipped.b[bit / 8] ^ 0x80u >> bit % 8);
        if (berth::sdk::is_ipv4(*ip) == berth::sdk::is_ipv4(flipped) &&
            networks.contains(flipped)) {
            std::abort();
        }
    }
    return 0;
}
