// IP addresses and sets of networks. Pure; parsing allocates nothing and refuses what is not
// exactly in the grammar.
#ifndef BERTH_CPP_ADDRESS_HPP
#define BERTH_CPP_ADDRESS_HPP

#include "berth/abi.h"
#include "berth/cpp/config.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

namespace berth::sdk {

inline bool same_ip(const berth_ip& a, const berth_ip& b) {
    return std::memcmp(a.b, b.b, sizeof(a.b)) == 0;
}

inline bool is_ipv4(const berth_ip& ip) {
    static constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::memcmp(ip.b, kMapped, sizeof(kMapped)) == 0;
}

// Of nobody: the peer of a Unix socket.
inline bool is_no_ip(const berth_ip& ip) {
    return same_ip(ip, berth_ip{});
}

inline bool is_loopback(const berth_ip& ip) {
    berth_ip one{};
    one.b[15] = 1;
    return is_ipv4(ip) ? ip.b[12] == 127 : same_ip(ip, one);
}

inline berth_ip ipv4(const std::uint8_t* bytes) {
    berth_ip ip{};
    ip.b[10] = ip.b[11] = 0xff;
    std::memcpy(ip.b + 12, bytes, 4);
    return ip;
}

namespace detail {

// Four numbers without leading zeros, which some read as octal.
inline bool parse_ipv4(std::string_view text, std::uint8_t* out) {
    for (int i = 0; i < 4; ++i) {
        const std::size_t end = i < 3 ? text.find('.') : text.size();
        if (end == std::string_view::npos) {
            return false;
        }
        const std::string_view number = text.substr(0, end);
        const auto value = parse_decimal(number);
        if (!value || *value > 255 || number.size() > 3 ||
            (number.size() > 1 && number[0] == '0')) {
            return false;
        }
        out[i] = static_cast<std::uint8_t>(*value);
        text.remove_prefix(i < 3 ? end + 1 : end);
    }
    return true;
}

// Groups of an IPv6 address on one side of its "::", appended at out[n]. False: not in the grammar.
inline bool parse_groups(std::string_view text, std::uint8_t* out, std::size_t& n) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(':'), text.size());
        const std::string_view group = text.substr(0, end);
        if (end == text.size() && group.find('.') != std::string_view::npos) {
            n += 4;
            return n <= 16 && parse_ipv4(group, out + n - 4);
        }
        const auto value = parse_hex(group);
        if (!value || group.size() > 4 || n + 2 > 16 || end + 1 == text.size()) {
            return false;
        }
        out[n++] = static_cast<std::uint8_t>(*value >> 8);
        out[n++] = static_cast<std::uint8_t>(*value & 0xff);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

// The longest run of at least two zero groups, which is written as "::" (RFC 5952 4.2).
struct ZeroRun {
    int first = 8, length = 1;
};

inline ZeroRun longest_zero_run(const std::uint16_t* groups) {
    ZeroRun best;
    for (int i = 0; i < 8; ++i) {
        int length = 0;
        while (i + length < 8 && groups[i + length] == 0) {
            ++length;
        }
        if (length > best.length) {
            best = {i, length};
        }
        i += length;
    }
    return best;
}

}  // namespace detail

// "192.0.2.7", "2001:db8::1", "::ffff:192.0.2.7"; no brackets, no zone.
inline std::optional<berth_ip> parse_ip(std::string_view text) {
    berth_ip ip{};
    if (text.find(':') == std::string_view::npos) {
        std::uint8_t bytes[4];
        return detail::parse_ipv4(text, bytes) ? std::optional(ipv4(bytes)) : std::nullopt;
    }
    const std::size_t gap = text.find("::");
    const std::string_view head = text.substr(0, gap);
    const std::string_view tail =
        gap == std::string_view::npos ? std::string_view() : text.substr(gap + 2);
    std::uint8_t front[16], back[16];
    std::size_t n_front = 0, n_back = 0;
    const bool fits = detail::parse_groups(head, front, n_front) &&
                      (head.empty() || head.find('.') == std::string_view::npos ||
                       gap == std::string_view::npos) &&
                      detail::parse_groups(tail, back, n_back);
    const std::size_t n = n_front + n_back;
    if (!fits || (gap == std::string_view::npos ? n != 16 : n > 14)) {
        return std::nullopt;
    }
    std::copy_n(front, n_front, ip.b);
    std::copy_n(back, n_back, ip.b + 16 - n_back);
    return ip;
}

// Room for the longest text of format_ip().
constexpr std::size_t kIpSize = 39;

// Writes the canonical form (RFC 5952), IPv4 as such; returns its length.
inline std::size_t format_ip(const berth_ip& ip, char* out) {
    char* at = out;
    if (is_ipv4(ip)) {
        for (int i = 12; i < 16; ++i) {
            at += format_decimal(ip.b[i], at);
            *at++ = '.';
        }
        return static_cast<std::size_t>(at - out) - 1;
    }
    std::uint16_t groups[8];
    for (std::size_t i = 0; i < 8; ++i) {
        groups[i] = static_cast<std::uint16_t>(ip.b[2 * i] << 8 | ip.b[2 * i + 1]);
    }
    const detail::ZeroRun gap = detail::longest_zero_run(groups);
    for (int i = 0; i < 8; ++i) {
        if (i == gap.first) {
            *at++ = ':';
            *at++ = ':';
            i += gap.length - 1;
            continue;
        }
        if (at != out && at[-1] != ':') {
            *at++ = ':';
        }
        at += format_hex(groups[i], at);
    }
    return static_cast<std::size_t>(at - out);
}

// The network of so many leading bits of 128 that an address is in.
inline berth_ip network_of(berth_ip ip, unsigned bits) {
    for (unsigned i = 0; i < 16; ++i) {
        const unsigned kept = bits > i * 8 ? std::min(bits - i * 8, 8u) : 0;
        ip.b[i] = static_cast<std::uint8_t>(ip.b[i] & (0xff00u >> kept));
    }
    return ip;
}

// A set of networks; asking is a binary search over ranges that do not overlap. "::/0" is all of
// IPv6 and nothing of IPv4, as in the access lists of listeners.
class Networks {
public:
    // "10.0.0.0/8", "2001:db8::/32" or one address. NULL, or what is wrong with it.
    const char* add(std::string_view text) {
        const std::size_t slash = std::min(text.find('/'), text.size());
        const auto ip = parse_ip(text.substr(0, slash));
        if (!ip) {
            return "is neither an address nor a network";
        }
        const unsigned most = text.find(':') == std::string_view::npos ? 32 : 128;
        unsigned bits = most;
        if (slash < text.size()) {
            const auto given = parse_decimal(text.substr(slash + 1));
            if (!given || *given > most) {
                return "has a length that no network has";
            }
            bits = static_cast<unsigned>(*given);
        }
        bits += 128 - most;
        if (!same_ip(network_of(*ip, bits), *ip)) {
            return "has bits behind the length of its network";
        }
        insert(*ip, bits);
        return nullptr;
    }

    bool contains(const berth_ip& ip) const {
        const Ranges& ranges = is_ipv4(ip) ? ipv4_ : ipv6_;
        const auto after = std::upper_bound(
            ranges.begin(), ranges.end(), ip, [](const berth_ip& a, const Range& range) {
                return less(a, range.first);
            });
        return after != ranges.begin() && !less((after - 1)->last, ip);
    }

    bool empty() const { return ipv4_.empty() && ipv6_.empty(); }

private:
    struct Range {
        berth_ip first, last;
    };
    using Ranges = std::vector<Range>;  // sorted, disjoint

    static constexpr unsigned kIpv4Bits = 96;  // of the prefix that all of IPv4 has

    static bool less(const berth_ip& a, const berth_ip& b) {
        return std::memcmp(a.b, b.b, sizeof(a.b)) < 0;
    }

    // Networks are disjoint or one is in the other: it is enough to drop what the new one covers.
    void insert(const berth_ip& first, unsigned bits) {
        Ranges& ranges = is_ipv4(first) && bits >= kIpv4Bits ? ipv4_ : ipv6_;
        Range range{first, first};
        for (unsigned i = bits; i < 128; ++i) {
            range.last.b[i / 8] = static_cast<std::uint8_t>(range.last.b[i / 8] | 0x80u >> i % 8);
        }
        const auto from = std::lower_bound(
            ranges.begin(), ranges.end(), range.first, [](const Range& known, const berth_ip& ip) {
                return less(known.last, ip);
            });
        if (from != ranges.end() && !less(range.first, from->first) &&
            !less(from->last, range.last)) {
            return;
        }
        const auto to = std::find_if(
            from, ranges.end(), [&](const Range& known) { return less(range.last, known.first); });
        ranges.insert(ranges.erase(from, to), range);
    }

    Ranges ipv4_, ipv6_;
};

// Adds the networks of a list of texts (schema format "cidr"); reports each that is none.
inline berth_status read_networks(const Config& list, Networks* out) {
    berth_status status = BERTH_OK;
    for (const Config item : list) {
        if (const char* problem = out->add(item.text())) {
            status = item.fail(problem);
        }
    }
    return status;
}

}  // namespace berth::sdk

#endif
