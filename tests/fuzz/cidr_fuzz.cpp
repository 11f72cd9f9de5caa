#include "net/address_set.h"

#include <cstdlib>
#include <string>

// An accepted block is not empty, is the same when written as IPv6, and contains its own address.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto range = berth::parse_cidr(text);
    if (!range) {
        if (range.error().message.empty()) {
            std::abort();
        }
        return 0;
    }
    if (range.value().last < range.value().first) {
        std::abort();
    }
    const std::string blocks[] = {text};
    const auto set = berth::AddressSet::parse(blocks);
    const auto address = berth::SocketAddress::ip(text.substr(0, text.find('/')), 1);
    if (!set || !address || !set.value().contains(address.value())) {
        std::abort();
    }
    return 0;
}
