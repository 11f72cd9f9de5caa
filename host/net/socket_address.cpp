#include "net/socket_address.h"

#include "base/sys.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>

namespace berth {

namespace {

constexpr size_t kPathOffset = offsetof(sockaddr_un, sun_path);

// The number or name after '%' of a link-local address; 0: there is no such interface.
uint32_t zone_index(const std::string& zone) {
    uint32_t number = 0;
    const char* end = zone.data() + zone.size();
    const auto [stop, error] = std::from_chars(zone.data(), end, number);
    if (error == std::errc() && stop == end) {
        return number;
    }
    return ::if_nametoindex(zone.c_str());
}

}  // namespace

Result<SocketAddress> SocketAddress::ip(std::string_view numeric, uint16_t port) {
    std::string text(numeric);
    const Error invalid{"\"" + text + "\" is not a numeric IP address"};
    if (text.find('\0') != std::string::npos) {
        return invalid;  // inet_pton() would not see what follows
    }
    SocketAddress address;
    if (::inet_pton(AF_INET, text.c_str(), &address.storage_.v4.sin_addr) == 1) {
        address.storage_.v4.sin_family = AF_INET;
        address.size_ = sizeof(sockaddr_in);
        address.set_port(port);
        return address;
    }
    if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
        text = text.substr(1, text.size() - 2);
    }
    address.storage_ = {};
    if (const size_t percent = text.find('%'); percent != std::string::npos) {
        address.storage_.v6.sin6_scope_id = zone_index(text.substr(percent + 1));
        if (address.storage_.v6.sin6_scope_id == 0) {
            return invalid;
        }
        text.resize(percent);
    }
    if (::inet_pton(AF_INET6, text.c_str(), &address.storage_.v6.sin6_addr) != 1) {
        return invalid;
    }
    address.storage_.v6.sin6_family = AF_INET6;
    address.size_ = sizeof(sockaddr_in6);
    address.set_port(port);
    return address;
}

Result<SocketAddress> SocketAddress::unix_path(std::string_view path) {
    SocketAddress address;
    sockaddr_un& local = address.storage_.local;
    if (path.empty() || path.size() >= sizeof(local.sun_path) ||
        path.find('\0') != std::string_view::npos) {
        return Error{"the path of a Unix socket has 1 to " +
                     std::to_string(sizeof(local.sun_path) - 1) + " bytes, \"" + std::string(path) +
                     "\" has " + std::to_string(path.size())};
    }
    local.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), local.sun_path);
    address.size_ = static_cast<socklen_t>(kPathOffset + path.size() + 1);
    return address;
}

SocketAddress SocketAddress::from(const sockaddr* address, socklen_t size) {
    SocketAddress result;
    result.size_ = std::min(size, static_cast<socklen_t>(sizeof(Storage)));
    std::memcpy(&result.storage_, address, result.size_);
    return result;
}

SocketAddress SocketAddress::local_of(int fd) {
    SocketAddress address;
    socklen_t size = sizeof(Storage);
    if (sys().getsockname(fd, &address.storage_.plain, &size) != 0) {
        return {};
    }
    address.size_ = std::min(size, static_cast<socklen_t>(sizeof(Storage)));
    return address;
}

const sockaddr* SocketAddress::data() const {
    return &storage_.plain;
}

bool SocketAddress::is_loopback() const {
    const auto bytes = ip_bytes();
    if (bytes.size() == 4) {
        return bytes[0] == 127;
    }
    return bytes.size() == 16 && IN6_IS_ADDR_LOOPBACK(&storage_.v6.sin6_addr);
}

uint16_t SocketAddress::port() const {
    if (family() == AF_INET) {
        return ntohs(storage_.v4.sin_port);
    }
    return family() == AF_INET6 ? ntohs(storage_.v6.sin6_port) : uint16_t{0};
}

void SocketAddress::set_port(uint16_t port) {
    if (family() == AF_INET) {
        storage_.v4.sin_port = htons(port);
    } else if (family() == AF_INET6) {
        storage_.v6.sin6_port = htons(port);
    }
}

std::span<const uint8_t> SocketAddress::ip_bytes() const {
    if (family() == AF_INET) {
        const void* bytes = &storage_.v4.sin_addr;
        return {static_cast<const uint8_t*>(bytes), 4};
    }
    if (family() != AF_INET6) {
        return {};
    }
    const std::span<const uint8_t> bytes(storage_.v6.sin6_addr.s6_addr);
    return IN6_IS_ADDR_V4MAPPED(&storage_.v6.sin6_addr) ? bytes.last(4) : bytes;
}

std::string SocketAddress::ip_text() const {
    IpText text;
    return std::string(ip_text(text));
}

std::string_view SocketAddress::ip_text(IpText& into) const {
    const auto bytes = ip_bytes();
    if (bytes.empty()) {
        return {};
    }
    const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
    return ::inet_ntop(family, bytes.data(), into.data(), static_cast<socklen_t>(into.size()));
}

std::string SocketAddress::text() const {
    if (is_unix()) {
        return "unix:" + std::string(path());
    }
    const std::string ip = ip_text();
    const std::string host = ip_bytes().size() == 16 ? "[" + ip + "]" : ip;
    return host.empty() ? host : host + ":" + std::to_string(port());
}

std::string_view SocketAddress::path() const {
    if (!is_unix() || size_ <= kPathOffset) {
        return {};
    }
    const char* begin = storage_.local.sun_path;
    return {begin, ::strnlen(begin, size_ - kPathOffset)};
}

bool SocketAddress::operator==(const SocketAddress& other) const {
    if (family() != other.family()) {
        return false;
    }
    if (family() == AF_INET6 && storage_.v6.sin6_scope_id != other.storage_.v6.sin6_scope_id) {
        return false;
    }
    return is_unix() ? path() == other.path()
                     : port() == other.port() && std::ranges::equal(ip_bytes(), other.ip_bytes());
}

PeerAddress::PeerAddress(const SocketAddress& address)
    : port_(address.port()), family_(static_cast<uint8_t>(address.family())) {
    if (!address.is_ip()) {
        return;
    }
    if (family_ == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, address.data(), sizeof(v6));
        std::copy(std::begin(v6.sin6_addr.s6_addr), std::end(v6.sin6_addr.s6_addr), ip_);
        scope_ = v6.sin6_scope_id;
        return;
    }
    const auto bytes = address.ip_bytes();
    std::copy(bytes.begin(), bytes.end(), ip_);
}

SocketAddress PeerAddress::expand() const {
    if (family_ == AF_INET6) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port_);
        v6.sin6_scope_id = scope_;
        std::copy(std::begin(ip_), std::end(ip_), v6.sin6_addr.s6_addr);
        const void* plain = &v6;
        return SocketAddress::from(static_cast<const sockaddr*>(plain), sizeof(v6));
    }
    if (family_ == AF_INET) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port_);
        std::memcpy(&v4.sin_addr, ip_, sizeof(v4.sin_addr));
        const void* plain = &v4;
        return SocketAddress::from(static_cast<const sockaddr*>(plain), sizeof(v4));
    }
    sockaddr other{};
    other.sa_family = family_;
    return SocketAddress::from(&other, sizeof(other.sa_family));
}

}  // namespace berth
