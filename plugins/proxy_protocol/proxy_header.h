#pragma once

#include "berth/abi.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

// The PROXY protocol of HAProxy, versions 1 and 2, as its specification of 2020 has them: a header
// in front of a connection in which a proxy says who its client is.
namespace berth::proxy_protocol {

// Longest headers: of version 1 its own limit, of version 2 a limit of ours.
constexpr std::size_t kVersion1Max = 107, kVersion2Max = 4096;

enum Versions : unsigned { kVersion1 = 1, kVersion2 = 2, kBothVersions = 3 };

struct ProxyHeader {
    enum class Outcome : std::uint8_t { kDone, kMore, kBad };
    Outcome outcome = Outcome::kBad;
    std::size_t size = 0;     // of the header, when it is complete
    bool has_source = false;  // false: LOCAL, UNKNOWN, or no IP: the peer is the client
    berth_ip source{};
    std::uint16_t source_port = 0;
};

// Reads the header at the beginning of bytes. kMore: all of them belong to it and it goes on.
ProxyHeader parse_proxy_header(std::string_view bytes, unsigned versions);

}  // namespace berth::proxy_protocol
