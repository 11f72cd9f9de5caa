#include "tls/password_hash.h"

#include "tls/password_scheme.h"

#include <array>

namespace berth {
namespace {

constexpr std::array kSchemes = {&kCryptScheme, &kArgon2Scheme, &kApacheScheme, &kSaltedScheme};

constexpr unsigned long kBcryptCost = 12, kDefaultCost = 0;
constexpr size_t kBcryptPasswordMax = 72;  // what is behind would not count

const PasswordScheme* scheme_of(std::string_view hash) {
    for (const PasswordScheme* scheme : kSchemes) {
        if (scheme->owns(hash)) {
            return scheme;
        }
    }
    return nullptr;
}

bool has_zero_byte(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

}  // namespace

HashProblem check_password_hash(std::string_view hash) {
    const PasswordScheme* scheme = scheme_of(hash);
    if (scheme == nullptr) {
        return HashProblem::kUnknown;
    }
    return has_zero_byte(hash) ? HashProblem::kMalformed : scheme->check(hash);
}

bool password_matches(std::string_view password, std::string_view hash) {
    if (password.size() > kPasswordMax || has_zero_byte(password) ||
        check_password_hash(hash) != HashProblem::kNone) {
        return false;
    }
    return scheme_of(hash)->matches(password, hash);
}

size_t longest_password(NewHash kind) {
    return kind == NewHash::kBcrypt ? kBcryptPasswordMax : kPasswordMax;
}

Result<std::string> hash_password(NewHash kind, std::string_view password) {
    if (has_zero_byte(password)) {
        return Error{"a password has no zero bytes"};
    }
    if (password.size() > longest_password(kind)) {
        return Error{"the password has more than " + std::to_string(longest_password(kind)) +
                     " bytes"};
    }
    switch (kind) {
        case NewHash::kArgon2id:
            return argon2_hash(password);
        case NewHash::kBcrypt:
            return crypt_hash("$2b$", kBcryptCost, password);
        case NewHash::kYescrypt:
            break;
    }
    return crypt_hash("$y$", kDefaultCost, password);
}

}  // namespace berth
