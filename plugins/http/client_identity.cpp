#include "client_identity.h"

namespace berth::http {
namespace {

// 192.0.2.7, 192.0.2.7:80, 2001:db8::1, [2001:db8::1], [2001:db8::1]:80
std::optional<berth_ip> node_address(std::string_view node) {
    if (!node.empty() && node.front() == '[') {
        const size_t end = node.find(']');
        const bool closed = end != std::string_view::npos;
        const bool plain = closed && (end + 1 == node.size() || node[end + 1] == ':');
        const auto ip = plain ? sdk::parse_ip(node.substr(1, end - 1)) : std::nullopt;
        return ip && node.substr(0, end).find(':') != std::string_view::npos ? ip : std::nullopt;
    }
    const size_t colon = node.find(':');
    const bool has_port = colon != std::string_view::npos && colon == node.rfind(':');
    return sdk::parse_ip(has_port ? node.substr(0, colon) : node);
}

// A value without its quotes; escapes have no place in an address.
std::string_view unquoted(std::string_view value) {
    const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

std::string_view take_last_element(std::string_view& list) {
    bool quoted = false;
    size_t begin = list.size();
    while (begin > 0 && (quoted || list[begin - 1] != ',')) {
        quoted ^= list[begin - 1] == '"';
        --begin;
    }
    const std::string_view element = sdk::trim(list.substr(begin));
    list = list.substr(0, begin == 0 ? 0 : begin - 1);
    return element;
}

std::optional<berth_ip> forwarded_for_address(std::string_view element) {
    return node_address(element);
}

std::optional<berth_ip> forwarded_address(std::string_view element) {
    std::optional<std::string_view> node;
    while (!element.empty()) {
        std::string_view pair = sdk::next_item(element, ';');
        const std::string_view name = sdk::next_item(pair, '=');
        if (!sdk::equal_ignoring_case(name, "for")) {
            continue;
        }
        if (node) {  // RFC 7239 4: once in an element
            return std::nullopt;
        }
        node = unquoted(sdk::trim(pair));
    }
    return node ? node_address(*node) : std::nullopt;
}

bool is_trusted(const Trust& trust, const berth_ip& peer) {
    return !trust.proxies.empty() && (sdk::is_no_ip(peer) || trust.proxies.contains(peer));
}

berth_ip client_address(const Trust& trust,
                        const berth_ip& peer,
                        std::span<const berth_header> fields) {
    const std::string_view name = trust.forwarded ? "forwarded" : "x-forwarded-for";
    berth_ip client = peer;
    bool trusted = is_trusted(trust, peer);
    for (size_t i = fields.size(); trusted && i-- > 0;) {
        if (sdk::view(fields[i].name) != name) {
            continue;
        }
        std::string_view list = sdk::view(fields[i].value);
        while (trusted && !list.empty()) {
            const std::string_view element = take_last_element(list);
            if (element.empty()) {  // RFC 9110 5.6.1
                continue;
            }
            const auto said =
                trust.forwarded ? forwarded_address(element) : forwarded_for_address(element);
            if (!said) {
                return client;
            }
            client = *said;
            trusted = trust.proxies.contains(client);
        }
    }
    return client;
}

}  // namespace berth::http
