#include "authorization.h"
#include "user_file.h"

#include <cstdlib>

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

}  // namespace

// What is found lies inside what was given, and what was found reads as itself.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto found = berth::auth::parse_authorization(text)) {
        const std::string again = std::string(found->scheme) + " " + std::string(found->token);
        const auto same = berth::auth::parse_authorization(again);
        require(same && same->scheme == found->scheme && same->token == found->token);
    }
    if (const auto found = berth::auth::parse_credentials(text)) {
        require(std::string(found->user) + ":" + std::string(found->password) == text);
        require(found->user.find(':') == std::string_view::npos);
    }
    for (const berth::auth::User& user : berth::auth::parse_user_file(text).users) {
        require(!user.name.empty() && user.name.find_first_of(":\n") == std::string::npos);
        require(user.hash.find('\n') == std::string::npos);
    }
    return 0;
}
