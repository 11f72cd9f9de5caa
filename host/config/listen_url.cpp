#include "config/listen_url.h"

#include "config/network_format.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace berth {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";
constexpr size_t kUnixPathMax = 107;  // sun_path of Linux, without its NUL

// Names that end in s without meaning TLS.
constexpr std::array<std::string_view, 3> kPlainWithS{"dns", "socks", "ws"};

ListenUrl wrong(std::string problem, std::string help) {
    return {{}, std::move(problem), std::move(help)};
}

bool is_scheme(std::string_view text) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
    };
    return !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
           std::all_of(text.begin(), text.end(), fits);
}

void take_scheme(std::string scheme, ListenAddress& address) {
    const bool plain =
        scheme.back() != 's' || scheme.size() < 2 ||
        std::find(kPlainWithS.begin(), kPlainWithS.end(), scheme) != kPlainWithS.end();
    address.tls = !plain;
    if (!plain) {
        scheme.pop_back();
    }
    address.protocol = std::move(scheme);
}

// "8080", "127.0.0.1:8080": what people write when they forget the scheme.
ListenUrl without_scheme(const std::string& text) {
    const bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    const std::string authority = number ? ":" + text : text;
    return wrong("'" + text + "' names no protocol", "did you mean 'http://" + authority + "'?");
}

ListenUrl read_unix(ListenAddress address, const std::string& path) {
    if (path.empty() || path[0] != '/') {
        return wrong(
            "the path of a Unix socket must be absolute",
            "write " + address.protocol + (address.tls ? "s" : "") + "://unix:/run/name.sock");
    }
    if (path.size() > kUnixPathMax) {
        return wrong("the path of a Unix socket has at most 107 bytes", "use a shorter path");
    }
    address.unix_path = path;
    return {std::move(address), "", ""};
}

ListenUrl read_port_part(ListenAddress address, const std::string& text) {
    if (text.empty()) {
        address.port = kDefaultPort;
        return {std::move(address), "", ""};
    }
    const std::optional<uint16_t> port = read_port(std::string_view(text).substr(1));
    if (text[0] != ':' || !port) {
        return wrong("'" + text.substr(text[0] == ':' ? 1 : 0) + "' is not a port",
                     "ports are 1 to 65535, or 0 for any free one");
    }
    address.port = *port;
    return {std::move(address), "", ""};
}

ListenUrl read_authority(ListenAddress address, const std::string& text) {
    if (!text.empty() && text[0] == '[') {
        const size_t end = text.find(']');
        address.host = text.substr(1, end == std::string::npos ? end : end - 1);
        if (end == std::string::npos || !is_ipv6(address.host)) {
            return wrong("'" + text + "' holds no IPv6 address in [ ]",
                         "write for example [::1]:8080");
        }
        return read_port_part(std::move(address), text.substr(end + 1));
    }
    if (std::count(text.begin(), text.end(), ':') > 1) {
        return wrong("an IPv6 address needs [ ]", "did you mean '[" + text + "]'?");
    }
    const size_t colon = std::min(text.find(':'), text.size());
    address.host = text.substr(0, colon);
    if (address.host == "*") {
        address.host.clear();
    }
    const bool known = address.host.empty() || is_ipv4(address.host) || is_host_name(address.host);
    const bool digits = address.host.find_first_not_of("0123456789.") == std::string::npos;
    if (!known || (digits && !address.host.empty() && !is_ipv4(address.host))) {
        return wrong(
            "'" + address.host + "' is not an address",
            "write a numeric address, a name of this machine, or nothing for all addresses");
    }
    return read_port_part(std::move(address), text.substr(colon));
}

}  // namespace

std::string ListenAddress::text() const {
    return protocol + (tls ? "s://" : "://") + socket_text();
}

std::string ListenAddress::socket_text() const {
    if (is_unix()) {
        return std::string(kUnixPrefix) + unix_path;
    }
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

ListenUrl read_listen_url(const std::string& text) {
    if (holds_control(text)) {
        return wrong("an address to listen on holds no control characters", "delete them");
    }
    const size_t mark = text.find("://");
    if (mark == std::string::npos) {
        return without_scheme(text);
    }
    const std::string scheme = text.substr(0, mark);
    if (!is_scheme(scheme)) {
        return wrong("'" + scheme + "' is not the name of a protocol", "write for example http://");
    }
    ListenAddress address;
    take_scheme(scheme, address);
    std::string rest = text.substr(mark + 3);
    if (rest.compare(0, kUnixPrefix.size(), kUnixPrefix) == 0) {
        return read_unix(std::move(address), rest.substr(kUnixPrefix.size()));
    }
    const size_t end = rest.find_first_of("/?#");
    if (end != std::string::npos && rest.substr(end) != "/") {
        return wrong("an address to listen on has no path",
                     "leave '" + rest.substr(end) + "' out, and use routes");
    }
    return read_authority(std::move(address), rest.substr(0, end));
}

}  // namespace berth
