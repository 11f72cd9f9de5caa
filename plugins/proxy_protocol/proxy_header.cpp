#include "proxy_header.h"

#include "berth/cpp/address.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <optional>

namespace berth::proxy_protocol {
namespace {

using Outcome = ProxyHeader::Outcome;

constexpr std::string_view kName = "PROXY ";
constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kFixedSize = 16;  // of version 2
constexpr std::size_t kTlvHead = 3;

ProxyHeader bad() {
    return {};
}

ProxyHeader more() {
    ProxyHeader header;
    header.outcome = Outcome::kMore;
    return header;
}

ProxyHeader without_source(std::size_t size) {
    ProxyHeader header;
    header.outcome = Outcome::kDone;
    header.size = size;
    return header;
}

bool begins_like(std::string_view bytes, std::string_view text) {
    const std::size_t n = std::min(bytes.size(), text.size());
    return bytes.substr(0, n) == text.substr(0, n);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    const bool padded = text.size() > 1 && text.front() == '0';
    const auto port = padded ? std::nullopt : sdk::parse_decimal(text);
    return port && *port <= 65535 ? std::optional(static_cast<std::uint16_t>(*port)) : std::nullopt;
}

// Takes a word up to the next single space.
std::string_view take_word(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

// "TCP4 192.0.2.1 192.0.2.2 4711 80"
ProxyHeader parse_line(std::string_view line, std::size_t size) {
    const std::string_view family = take_word(line);
    if (family == "UNKNOWN") {
        return without_source(size);
    }
    const bool v4 = family == "TCP4";
    if (!v4 && family != "TCP6") {
        return bad();
    }
    const auto source = sdk::parse_ip(take_word(line)), target = sdk::parse_ip(take_word(line));
    const auto source_port = parse_port(take_word(line));
    const auto target_port = parse_port(line);
    if (!source || !target || !source_port || !target_port) {
        return bad();
    }
    if (v4 && (!sdk::is_ipv4(*source) || !sdk::is_ipv4(*target))) {
        return bad();
    }
    ProxyHeader header = without_source(size);
    header.has_source = true;
    header.source = *source;
    header.source_port = *source_port;
    return header;
}

ProxyHeader parse_version1(std::string_view bytes) {
    if (bytes.size() < kName.size()) {
        return more();
    }
    const std::size_t end = bytes.substr(0, kVersion1Max).find("\r\n");
    if (end == std::string_view::npos) {
        return bytes.size() < kVersion1Max ? more() : bad();
    }
    return end < kName.size() ? bad()
                              : parse_line(bytes.substr(kName.size(), end - kName.size()), end + 2);
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint8_t>(bytes[at]);
}

std::uint16_t number_at(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

// Each says its length; together they end where the header does.
bool are_tlvs(std::string_view bytes) {
    while (!bytes.empty()) {
        if (bytes.size() < kTlvHead || bytes.size() - kTlvHead < number_at(bytes, 1)) {
            return false;
        }
        bytes.remove_prefix(kTlvHead + number_at(bytes, 1));
    }
    return true;
}

// What lies behind the addresses of a family, 0 for one without.
std::size_t addresses_size(unsigned family) {
    switch (family) {
        case 1:
            return 12;
        case 2:
            return 36;
        case 3:
            return 216;
        default:
            return 0;
    }
}

ProxyHeader parse_body(std::string_view bytes) {
    const std::uint8_t command = byte_at(bytes, 12), family = byte_at(bytes, 13);
    const std::string_view body = bytes.substr(kFixedSize);
    if (command == 0x20) {  // LOCAL: the proxy itself, a health check
        return without_source(bytes.size());
    }
    const unsigned kind = family >> 4, transport = family & 15;
    const std::size_t size = addresses_size(kind);
    if (command != 0x21 || kind > 3 || transport > 2 || body.size() < size ||
        !are_tlvs(body.substr(size))) {
        return bad();
    }
    ProxyHeader header = without_source(bytes.size());
    const auto* const addresses = reinterpret_cast<const std::uint8_t*>(body.data());
    if (transport != 1 || kind == 0 || kind == 3) {  // not a TCP connection of an IP address
        return header;
    }
    header.has_source = true;
    header.source_port = number_at(body, kind == 1 ? 8 : 32);
    if (kind == 1) {
        header.source = sdk::ipv4(addresses);
    } else {
        std::copy_n(addresses, sizeof(header.source.b), header.source.b);
    }
    return header;
}

ProxyHeader parse_version2(std::string_view bytes) {
    if (bytes.size() < kFixedSize) {
        return more();
    }
    const std::size_t size = kFixedSize + number_at(bytes, 14);
    if (size > kVersion2Max) {
        return bad();
    }
    return bytes.size() < size ? more() : parse_body(bytes.substr(0, size));
}

}  // namespace

ProxyHeader parse_proxy_header(std::string_view bytes, unsigned versions) {
    if ((versions & kVersion1) != 0 && begins_like(bytes, kName)) {
        return parse_version1(bytes);
    }
    if ((versions & kVersion2) != 0 && begins_like(bytes, kSignature)) {
        return parse_version2(bytes);
    }
    return bad();
}

}  // namespace berth::proxy_protocol
