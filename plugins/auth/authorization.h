#pragma once

#include <optional>
#include <string_view>

namespace berth::auth {

// A value of the field Authorization that carries a token68 (RFC 9110 11.4).
struct Authorization {
    std::string_view scheme, token;
};
std::optional<Authorization> parse_authorization(std::string_view value);

// What Basic carries, decoded (RFC 7617 2): neither holds control characters, the name no colon.
struct Credentials {
    std::string_view user, password;
};
std::optional<Credentials> parse_credentials(std::string_view decoded);

}  // namespace berth::auth
