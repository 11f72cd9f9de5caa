#include "authorization.h"

#include "berth/cpp/text.hpp"

#include <algorithm>

namespace berth::auth {
namespace {

bool is_token68(std::string_view text) {
    const size_t end = text.find_last_not_of('=') + 1;  // 0: nothing but padding
    return end != 0 && std::all_of(text.begin(), text.begin() + static_cast<long>(end), [](char c) {
               const char lower = sdk::to_lower(c);
               return sdk::is_digit(c) || (lower >= 'a' && lower <= 'z') ||
                      std::string_view("-._~+/").find(c) != std::string_view::npos;
           });
}

}  // namespace

std::optional<Authorization> parse_authorization(std::string_view value) {
    const size_t end = value.find(' ');
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view scheme = value.substr(0, end);
    const std::string_view token =
        value.substr(std::min(value.find_first_not_of(' ', end), value.size()));
    if (!sdk::is_token(scheme) || !is_token68(token)) {
        return std::nullopt;
    }
    return Authorization{scheme, token};
}

std::optional<Credentials> parse_credentials(std::string_view decoded) {
    const size_t colon = decoded.find(':');
    if (colon == std::string_view::npos ||
        std::any_of(decoded.begin(), decoded.end(), sdk::is_control)) {
        return std::nullopt;
    }
    return Credentials{decoded.substr(0, colon), decoded.substr(colon + 1)};
}

}  // namespace berth::auth
