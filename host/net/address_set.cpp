#include "net/address_set.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace berth {
namespace {

constexpr unsigned kMappedPrefix = 96;  // ::ffff:0:0/96 holds IPv4

struct ParsedAddress {
    AddressFamily family = AddressFamily::kIpv4;
    AddressBits bits;
    bool mapped = false;
};

uint64_t big_endian(std::span<const uint8_t> bytes) {
    uint64_t value = 0;
    for (uint8_t byte : bytes) {
        value = value << 8 | byte;
    }
    return value;
}

ParsedAddress from_ipv6(const in6_addr& address) {
    const std::span bytes(address.s6_addr);
    const AddressBits bits{big_endian(bytes.first(8)), big_endian(bytes.last(8))};
    if (bits.high == 0 && bits.low >> 32 == 0xffff) {
        return {AddressFamily::kIpv4, {0, bits.low & 0xffff'ffff}, true};
    }
    return {AddressFamily::kIpv6, bits, false};
}

std::optional<ParsedAddress> parse_address(const std::string& text) {
    if (text.find('\0') != std::string::npos) {
        return std::nullopt;  // inet_pton() would not see what follows
    }
    in_addr ipv4{};
    if (inet_pton(AF_INET, text.c_str(), &ipv4) == 1) {
        return ParsedAddress{AddressFamily::kIpv4, {0, ntohl(ipv4.s_addr)}, false};
    }
    in6_addr ipv6{};
    if (inet_pton(AF_INET6, text.c_str(), &ipv6) == 1) {
        return from_ipv6(ipv6);
    }
    return std::nullopt;
}

std::optional<unsigned> parse_prefix(std::string_view text) {
    unsigned value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool complete = error == std::errc() && end == text.data() + text.size();
    return complete ? std::optional(value) : std::nullopt;
}

// The low `count` bits set.
uint64_t low_ones(unsigned count) {
    return count >= 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
}

AddressBits host_mask(unsigned host_bits) {
    return {host_bits > 64 ? low_ones(host_bits - 64) : 0, low_ones(std::min(host_bits, 64U))};
}

std::string print(AddressFamily family, const AddressBits& bits) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (family == AddressFamily::kIpv4) {
        in_addr address{htonl(static_cast<uint32_t>(bits.low))};
        return inet_ntop(AF_INET, &address, text.data(), text.size());
    }
    in6_addr address{};
    for (unsigned i = 0; i < 8; ++i) {
        address.s6_addr[i] = static_cast<uint8_t>(bits.high >> (56 - 8 * i));
        address.s6_addr[8 + i] = static_cast<uint8_t>(bits.low >> (56 - 8 * i));
    }
    return inet_ntop(AF_INET6, &address, text.data(), text.size());
}

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

std::optional<ParsedAddress> numeric(const SocketAddress& address) {
    const auto bytes = address.ip_bytes();
    switch (bytes.size()) {
        case 4:
            return ParsedAddress{AddressFamily::kIpv4, {0, big_endian(bytes)}, false};
        case 16:
            return ParsedAddress{AddressFamily::kIpv6,
                                 {big_endian(bytes.first(8)), big_endian(bytes.last(8))},
                                 false};
        default:
            return std::nullopt;
    }
}

}  // namespace

Result<AddressRange> parse_cidr(std::string_view text) {
    const size_t slash = text.find('/');
    const auto address = parse_address(std::string(text.substr(0, slash)));
    if (!address) {
        return Error{quoted(text.substr(0, slash)) + " is not an IPv4 or IPv6 address"};
    }
    const unsigned width = address->family == AddressFamily::kIpv4 ? 32 : 128;
    const unsigned lowest = address->mapped ? kMappedPrefix : 0;
    unsigned host_bits = 0;
    if (slash != std::string_view::npos) {
        const auto prefix = parse_prefix(text.substr(slash + 1));
        if (!prefix || *prefix < lowest || *prefix > lowest + width) {
            return Error{quoted(text) + ": the prefix length must be a number from " +
                         std::to_string(lowest) + " to " + std::to_string(lowest + width)};
        }
        host_bits = lowest + width - *prefix;
    }
    const AddressBits mask = host_mask(host_bits);
    const AddressBits& bits = address->bits;
    const AddressBits first{bits.high & ~mask.high, bits.low & ~mask.low};
    if (first != bits) {
        return Error{quoted(text) + " has bits set behind its prefix; write " +
                     print(address->family, first) + "/" + std::to_string(width - host_bits) +
                     " for the block or " + print(address->family, bits) + " for the one address"};
    }
    return AddressRange{address->family, first, {bits.high | mask.high, bits.low | mask.low}};
}

Result<AddressSet> AddressSet::parse(std::span<const std::string> blocks) {
    AddressSet set;
    for (const std::string& block : blocks) {
        auto range = parse_cidr(block);
        if (!range) {
            return range.error();
        }
        const AddressRange& parsed = range.value();
        auto& ranges = parsed.family == AddressFamily::kIpv4 ? set.ipv4_ : set.ipv6_;
        ranges.push_back({parsed.first, parsed.last});
    }
    join(set.ipv4_);
    join(set.ipv6_);
    return set;
}

bool AddressSet::contains(const SocketAddress& address) const {
    const auto peer = numeric(address);
    if (!peer) {
        return false;
    }
    const auto& ranges = peer->family == AddressFamily::kIpv4 ? ipv4_ : ipv6_;
    auto next = std::upper_bound(
        ranges.begin(), ranges.end(), peer->bits, [](const AddressBits& bits, const Range& range) {
            return bits < range.first;
        });
    return next != ranges.begin() && peer->bits <= std::prev(next)->last;
}

// CIDR blocks nest or are disjoint, so dropping the nested ones is enough.
void AddressSet::join(std::vector<Range>& ranges) {
    std::sort(ranges.begin(), ranges.end(), [](const Range& left, const Range& right) {
        return left.first != right.first ? left.first < right.first : right.last < left.last;
    });
    std::vector<Range> joined;
    for (const Range& range : ranges) {
        if (joined.empty() || joined.back().last < range.first) {
            joined.push_back(range);
        }
    }
    ranges = std::move(joined);
}

}  // namespace berth
