#include "uri.h"

#include "byte_scan.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace berth::http {
namespace {

// Characters of reg-name, RFC 3986 3.2.2, without percent-encoding.
constexpr std::array<bool, 256> kNameChars = [] {
    std::array<bool, 256> table{};
    for (size_t i = 0; i < 0x80; ++i) {
        const char c = static_cast<char>(i);
        const char lower = sdk::to_lower(c);
        table[i] = sdk::is_digit(c) || (lower >= 'a' && lower <= 'z') ||
                   std::string_view("-._~!$&'()*+,;=").find(c) != std::string_view::npos;
    }
    return table;
}();

bool is_reg_name(std::string_view host) {
    const auto may_stand = [](char c) { return kNameChars[static_cast<unsigned char>(c)]; };
    return !host.empty() &&
           (is_plain_host(host) || std::all_of(host.begin(), host.end(), may_stand));
}

// The characters of an IPv6 address; the resolver of nobody's name decides about the rest.
bool is_ip_literal(std::string_view host) {
    if (host.size() < 4 || host.front() != '[' || host.back() != ']') {
        return false;
    }
    for (const char c : host.substr(1, host.size() - 2)) {
        if (sdk::hex_digit(c) < 0 && c != ':' && c != '.') {
            return false;
        }
    }
    return host.find(':') != std::string_view::npos;
}

// Where the port's colon is, or the end. What is no port stays with the host, which has no colon.
size_t port_colon(std::string_view authority) {
    const auto is_digit = [](char c) { return sdk::is_digit(c); };  // inlined, unlike a pointer
    const auto last = std::find_if_not(authority.rbegin(), authority.rend(), is_digit);
    const auto before_port = static_cast<size_t>(authority.rend() - last);
    return last != authority.rend() && *last == ':' ? before_port - 1 : authority.size();
}

// Of what port_colon() found behind the colon, which is nothing but digits.
bool is_port(std::string_view digits) {
    constexpr std::string_view kMax = "65535";
    return !digits.empty() &&
           (digits.size() < kMax.size() || (digits.size() == kMax.size() && digits <= kMax));
}

// What a byte of a target means for its path.
enum : uint8_t {
    kAfterSlash = 1,  // is suspicious after a slash: normalise_path() looks closer
    kSlash = 2,
    kEscape = 4,  // is suspicious everywhere
    kPathEnd = 8,
};

constexpr std::array<uint8_t, 256> kMeanings = [] {
    std::array<uint8_t, 256> table{};
    table['/'] = kSlash | kAfterSlash;
    table['.'] = kAfterSlash;
    table['%'] = table['\0'] = kEscape;
    table['?'] = table['#'] = kPathEnd;
    return table;
}();

// The path at the front of text, and the query behind it. False: there is a fragment, which no
// request has.
bool split_query(std::string_view text, Target& target) {
    unsigned suspicious = 0, before = 0;
    size_t size = 0;
    for (const char c : text) {
        const unsigned meaning = kMeanings[static_cast<unsigned char>(c)];
        if (meaning == kPathEnd) {
            break;
        }
        suspicious |= meaning & (kEscape | (before & kSlash) / kSlash);
        before = meaning;
        ++size;
    }
    target.path = text.substr(0, size);
    target.is_normal = suspicious == 0;
    if (size == text.size()) {
        return true;
    }
    target.query = text.substr(size + 1);
    return text[size] == '?' && target.query.find('#') == std::string_view::npos;
}

std::optional<Target> parse_absolute(std::string_view method, std::string_view target) {
    const size_t colon = target.find("://");
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view scheme = target.substr(0, colon);
    if (!sdk::equal_ignoring_case(scheme, "http") && !sdk::equal_ignoring_case(scheme, "https")) {
        return std::nullopt;
    }
    const std::string_view rest = target.substr(colon + 3);
    const size_t end = rest.find_first_of("/?");
    Target parsed{TargetForm::kAbsolute, rest.substr(0, end), {}, {}};
    if (!is_authority(parsed.authority)) {
        return std::nullopt;
    }
    if (end == std::string_view::npos && method == "OPTIONS") {
        parsed.form = TargetForm::kAsterisk;
        parsed.path = "*";
        return parsed;
    }
    if (!split_query(end == std::string_view::npos ? std::string_view() : rest.substr(end),
                     parsed)) {
        return std::nullopt;
    }
    if (parsed.path.empty()) {
        parsed.path = "/";
    }
    return parsed;
}

// Ends a segment of normalise_path() that began at `segment` and has just been written. Returns
// where the path ends now, nothing when it was `..` of the root.
std::optional<size_t> end_segment(const char* out, size_t segment, size_t end) {
    const std::string_view name(out + segment, end - segment);
    if (name == "." || name.empty()) {
        return segment;
    }
    if (name != "..") {
        return end;
    }
    if (segment <= 1) {
        return std::nullopt;
    }
    const std::string_view parents(out, segment - 1);
    return parents.rfind('/') + 1;
}

// The character of a segment at i, which moves to its last byte. NUL: none that may stand there.
char next_in_segment(std::string_view path, size_t& i) {
    if (path[i] != '%') {
        return path[i];
    }
    const int high = i + 2 < path.size() ? sdk::hex_digit(path[i + 1]) : -1;
    const int low = high < 0 ? -1 : sdk::hex_digit(path[i + 2]);
    if (low < 0) {
        return '\0';
    }
    i += 2;
    const char c = static_cast<char>(high * 16 + low);
    return c == '/' ? '\0' : c;
}

}  // namespace

std::optional<Target> parse_target(std::string_view method, std::string_view target) {
    if (target.empty()) {
        return std::nullopt;
    }
    if (method == "CONNECT") {
        const bool with_port = port_colon(target) != target.size();
        Target parsed{TargetForm::kAuthority, target, {}, {}};
        return is_authority(target) && with_port ? std::optional(parsed) : std::nullopt;
    }
    if (target.front() == '/') {
        Target parsed;
        return split_query(target, parsed) ? std::optional(parsed) : std::nullopt;
    }
    if (target == "*") {
        Target parsed{TargetForm::kAsterisk, {}, target, {}};
        return method == "OPTIONS" ? std::optional(parsed) : std::nullopt;
    }
    return parse_absolute(method, target);
}

bool is_authority(std::string_view authority) {
    const size_t colon = port_colon(authority);
    const std::string_view host = authority.substr(0, colon);
    const bool port_ok = colon == authority.size() || is_port(authority.substr(colon + 1));
    return port_ok && (is_reg_name(host) || is_ip_literal(host));
}

std::string_view host_of(std::string_view authority) {
    std::string_view host = authority.substr(0, port_colon(authority));
    if (host.size() > 1 && host.back() == '.') {
        host.remove_suffix(1);
    }
    return host;
}

std::optional<size_t> normalise_path(std::string_view path, char* out) {
    if (path.empty() || path.front() != '/') {
        return std::nullopt;
    }
    out[0] = '/';
    size_t segment = 1, end = 1;
    for (size_t i = 1; i < path.size(); ++i) {
        if (path[i] == '/') {
            const auto next = end_segment(out, segment, end);
            if (!next) {
                return std::nullopt;
            }
            // A named segment keeps its slash; an empty or dot one, and `..`, leave nothing.
            const bool named = *next == end && end != segment;
            segment = end = named ? end + 1 : *next;
            out[segment - 1] = '/';
            continue;
        }
        const char c = next_in_segment(path, i);
        if (c == '\0') {
            return std::nullopt;
        }
        out[end++] = c;
    }
    return end_segment(out, segment, end);
}

}  // namespace berth::http
