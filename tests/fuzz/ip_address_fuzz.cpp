#include "berth/cpp/address.hpp"

#include <arpa/inet.h>

#include <cstdlib>
#include <string>

// Agrees with the system about what an address is, and a written address reads back as itself.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (text.find('\0') != std::string::npos) {
        return 0;
    }
    const bool v6 = text.find(':') != std::string::npos;
    uint8_t bytes[16];
    const bool known = inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), bytes) == 1;
    const auto ip = berth::sdk::parse_ip(text);
    if (ip.has_value() != known) {
        std::abort();
    }
    if (!ip) {
        return 0;
    }
    if (std::memcmp(v6 ? ip->b : ip->b + 12, bytes, v6 ? 16 : 4) != 0) {
        std::abort();
    }
    char out[berth::sdk::kIpSize];
    const auto again = berth::sdk::parse_ip({out, berth::sdk::format_ip(*ip, out)});
    if (!again || !berth::sdk::same_ip(*again, *ip)) {
        std::abort();
    }
    return 0;
}
