// "type:salt:digest" and "type:digest": a digest of the password and its salt, both hexadecimal.
// Fast, so easily guessed when the file gets lost; known for those who come with such files.
#include "tls/digest.h"
#include "tls/password_scheme.h"
#include "tls/secret.h"

#include <array>
#include <charconv>
#include <optional>

namespace berth {
namespace {

struct Salted {
    DigestKind kind;
    std::string salt, digest;  // as bytes
};

std::optional<std::string> bytes_of(std::string_view hex) {
    if (hex.size() % 2 != 0) {
        return std::nullopt;
    }
    std::string bytes;
    for (size_t i = 0; i < hex.size(); i += 2) {
        const char* const first = hex.data() + i;
        uint8_t byte = 0;
        const auto [end, error] = std::from_chars(first, first + 2, byte, 16);
        if (error != std::errc() || end != first + 2) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<char>(byte));
    }
    return bytes;
}

std::optional<Salted> parse(std::string_view hash) {
    const size_t first = hash.find(':'), last = hash.rfind(':');
    const auto kind = digest_kind(hash.substr(0, first));
    const auto digest = bytes_of(hash.substr(last + 1));
    const auto salt =
        bytes_of(first == last ? std::string_view() : hash.substr(first + 1, last - first - 1));
    if (!kind || !digest || !salt || digest->size() != digest_size(*kind)) {
        return std::nullopt;
    }
    return Salted{*kind, *salt, *digest};
}

bool owns(std::string_view hash) {
    const size_t colon = hash.find(':');
    return colon != std::string_view::npos && digest_kind(hash.substr(0, colon)).has_value();
}

HashProblem check(std::string_view hash) {
    return parse(hash) ? HashProblem::kNone : HashProblem::kMalformed;
}

bool matches(std::string_view password, std::string_view hash) {
    const std::optional<Salted> known = parse(hash);
    std::array<uint8_t, kDigestMax> sum{};
    const std::string_view parts[] = {password, known->salt};
    return digest(known->kind, parts, sum.data()) &&
           equal_secrets({reinterpret_cast<const char*>(sum.data()), digest_size(known->kind)},
                         known->digest);
}

}  // namespace

const PasswordScheme kSaltedScheme = {owns, check, matches};

}  // namespace berth
