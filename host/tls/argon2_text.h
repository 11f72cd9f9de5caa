#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// The numbers and bytes of an argon2id hash.
struct Argon2Parameters {
    uint32_t memory_kib = 0, passes = 0, lanes = 0;
    std::string salt, tag;
    bool operator==(const Argon2Parameters&) const = default;
};

// "$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>", salt and tag in base64 without padding. Nothing
// for what argon2_text() does not write, and for sizes that RFC 9106 3.1 excludes.
std::optional<Argon2Parameters> parse_argon2(std::string_view text);
std::string argon2_text(const Argon2Parameters& parameters);

}  // namespace berth
