#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace berth::http {

// RFC 9112 3.2.
enum class TargetForm : uint8_t { kOrigin, kAbsolute, kAuthority, kAsterisk };

struct Target {
    TargetForm form = TargetForm::kOrigin;
    std::string_view authority;  // of the absolute and authority forms
    std::string_view path;       // as received; "/" when an absolute form has none
    std::string_view query;      // without '?'
    bool is_normal = false;      // the path is what normalise_path() would make of it; most are
};

// Takes a request target apart. Nothing when it has none of the four forms, or not the one that its
// method asks for, or carries user information or a fragment.
std::optional<Target> parse_target(std::string_view method, std::string_view target);

// host[:port] as RFC 9110 7.2 has it in Host: a reg-name, an IPv4 address or an IPv6 address in
// brackets; never empty, never with user information.
bool is_authority(std::string_view authority);

// The host of an authority, without port, brackets kept, without the final dot of a rooted name.
std::string_view host_of(std::string_view authority);

// Decodes %XX once, merges slashes and resolves dot segments of an absolute path. `out` has room
// for path.size() bytes; returns how many were written. Nothing when an escape is incomplete, when
// a segment would hold '/' or NUL, or when `..` leaves the root.
std::optional<size_t> normalise_path(std::string_view path, char* out);

}  // namespace berth::http
