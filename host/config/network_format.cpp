#include "config/network_format.h"

#include "berth/cpp/address.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace berth {
namespace {

FormatProblem wrong(std::string message, std::string help) {
    return {false, std::move(message), std::move(help)};
}

bool is_label_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), is_label_character);
}

// The host of "host:port" or "[v6]:port", and what follows it, with its colon.
struct Split {
    std::string host, rest;
};

Split split_host(const std::string& text) {
    const size_t bracket = text.find(']');
    if (!text.empty() && text.front() == '[' && bracket != std::string::npos) {
        return {text.substr(1, bracket - 1), text.substr(bracket + 1)};
    }
    const size_t colon = std::min(text.find(':'), text.size());
    return {text.substr(0, colon), text.substr(colon)};
}

std::string text_of(const berth_ip& ip) {
    std::array<char, sdk::kIpSize> text{};
    return std::string(text.data(), sdk::format_ip(ip, text.data()));
}

FormatProblem bits_behind_network(const std::string& text, const berth_ip& ip, unsigned bits) {
    const berth_ip network = sdk::network_of(ip, bits);
    const unsigned length = bits - (sdk::is_ipv4(network) ? 96 : 0);
    return wrong("'" + text + "' has bits behind the length of its network",
                 "write " + text_of(network) + "/" + std::to_string(length) +
                     " for all of it, or " + text_of(ip) + " for the one address");
}

bool is_zone(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_label_character(c) || c == '.';
    });
}

bool is_host(const std::string& text) {
    return is_ipv4(text) || is_ipv6(text) || is_host_name(text);
}

}  // namespace

std::optional<FormatProblem> check_cidr(const std::string& text) {
    const size_t slash = std::min(text.find('/'), text.size());
    const auto ip = sdk::parse_ip(text.substr(0, slash));
    if (!ip) {
        return wrong("'" + text + "' is neither an address nor a network",
                     "write for example 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32");
    }
    if (sdk::Networks().add(text) == nullptr) {
        return std::nullopt;
    }
    const unsigned most = text.find(':') == std::string::npos ? 32 : 128;
    const auto bits = sdk::parse_decimal(text.substr(std::min(slash + 1, text.size())));
    if (!bits || *bits > most) {
        return wrong("'" + text.substr(slash) + "' is not a length of a network",
                     "write /0 to /" + std::to_string(most));
    }
    return bits_behind_network(text, *ip, static_cast<unsigned>(*bits) + 128 - most);
}

std::optional<FormatProblem> check_host_port(const std::string& text) {
    const Split parts = split_host(text);
    if (!is_host(parts.host)) {
        return wrong("'" + parts.host + "' is not a host",
                     "write for example db.internal:5432 or [2001:db8::1]:5432");
    }
    if (parts.rest.empty()) {
        return wrong("'" + text + "' has no port", "write host:port");
    }
    if (parts.rest.front() != ':' || !read_port(parts.rest.substr(1))) {
        return wrong("'" + parts.rest.substr(1) + "' is not a port", "ports are 0 to 65535");
    }
    return std::nullopt;
}

std::optional<FormatProblem> check_url(const std::string& text) {
    if (holds_control(text)) {
        return wrong("a URL holds no control characters", "delete them");
    }
    const size_t scheme = text.find("://");
    if (scheme == std::string::npos || scheme == 0) {
        return wrong("'" + text + "' is not a URL", "write it with its scheme: http://" + text);
    }
    const std::string rest = text.substr(scheme + 3);
    if (rest.substr(0, 6) == "unix:/") {
        return std::nullopt;
    }
    const std::string authority = rest.substr(0, rest.find_first_of("/?#"));
    const size_t at = authority.rfind('@');
    const Split parts = split_host(at == std::string::npos ? authority : authority.substr(at + 1));
    if (!is_host(parts.host)) {
        return wrong("'" + parts.host + "' is not a host", "write scheme://host:port/path");
    }
    if (!parts.rest.empty() && (parts.rest.front() != ':' || !read_port(parts.rest.substr(1)))) {
        return wrong("'" + parts.rest.substr(1) + "' is not a port", "ports are 0 to 65535");
    }
    return std::nullopt;
}

std::optional<FormatProblem> check_regex(const std::string& text) {
    const re2::RE2 expression(text, re2::RE2::Quiet);
    if (expression.ok()) {
        return std::nullopt;
    }
    return wrong("'" + text + "' is not a regular expression: " + expression.error(),
                 "expressions are RE2: no lookaround, no back-references");
}

bool is_ipv4(const std::string& text) {
    return text.find(':') == std::string::npos && sdk::parse_ip(text).has_value();
}

bool is_ipv6(const std::string& text) {
    const size_t zone = std::min(text.find('%'), text.size());
    const std::string address = text.substr(0, zone);
    return address.find(':') != std::string::npos && sdk::parse_ip(address).has_value() &&
           (zone == text.size() || is_zone(std::string_view(text).substr(zone + 1)));
}

bool holds_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

bool is_host_name(std::string_view text) {
    if (text.empty() || text.size() > 253) {
        return false;
    }
    while (true) {
        const size_t dot = std::min(text.find('.'), text.size());
        if (!is_label(text.substr(0, dot))) {
            return false;
        }
        if (dot == text.size()) {
            return true;
        }
        text.remove_prefix(dot + 1);
    }
}

std::optional<uint16_t> read_port(std::string_view text) {
    const std::optional<int64_t> port = read_integer(text);
    if (!port || text.front() == '-' || *port > 65535 || text.size() > 5) {
        return std::nullopt;
    }
    return static_cast<uint16_t>(*port);
}

}  // namespace berth
