#pragma once

#include "base/result.h"
#include "net/socket_address.h"

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// An address as a number; IPv4 uses the low 32 bits.
struct AddressBits {
    uint64_t high = 0, low = 0;
    auto operator<=>(const AddressBits&) const = default;
};

enum class AddressFamily : uint8_t { kIpv4, kIpv6 };

// All addresses of one CIDR block, first to last. IPv4 written as IPv6 ("::ffff:10.0.0.0/104") is
// IPv4.
struct AddressRange {
    AddressFamily family = AddressFamily::kIpv4;
    AddressBits first, last;
    bool operator==(const AddressRange&) const = default;
};

// "10.0.0.0/8", "2001:db8::/32", or one address. Bits behind the prefix are an error: they are a
// typo.
Result<AddressRange> parse_cidr(std::string_view text);

// A set of addresses given as CIDR blocks; a lookup is a binary search over ranges that do not
// overlap.
class AddressSet {
public:
    static Result<AddressSet> parse(std::span<const std::string> blocks);

    // Unix sockets have no address: never.
    bool contains(const SocketAddress& address) const;
    bool empty() const { return ipv4_.empty() && ipv6_.empty(); }

private:
    struct Range {
        AddressBits first, last;
    };
    static void join(std::vector<Range>& ranges);

    std::vector<Range> ipv4_, ipv6_;  // sorted, disjoint
};

}  // namespace berth
