#pragma once
// Private to this folder: one way of hashing passwords, of those that password_hash.h knows.

#include "tls/password_hash.h"

namespace berth {

struct PasswordScheme {
    bool (*owns)(std::string_view hash);  // is it one of this scheme, by its first characters?
    HashProblem (*check)(std::string_view hash);
    bool (*matches)(std::string_view password, std::string_view hash);
};

// crypt_scheme.cpp: $y$, $2a$ $2b$ $2y$, $5$, $6$, $1$, by libxcrypt
extern const PasswordScheme kCryptScheme;
// apache_scheme.cpp: $apr1$ and {SHA}
extern const PasswordScheme kApacheScheme;
// argon2_scheme.cpp: $argon2id$
extern const PasswordScheme kArgon2Scheme;
// salted_scheme.cpp: type:salt:digest, type:digest
extern const PasswordScheme kSaltedScheme;

Result<std::string> crypt_hash(const char* prefix, unsigned long cost, std::string_view password);
Result<std::string> argon2_hash(std::string_view password);

}  // namespace berth
