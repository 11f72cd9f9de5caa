#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth {

constexpr size_t kPasswordMax = 511;  // what libxcrypt takes

enum class HashProblem : uint8_t { kNone, kUnknown, kMalformed, kTooDear };

// Could this hash be verified? kTooDear: it would take longer than seconds, or too much memory.
HashProblem check_password_hash(std::string_view hash);
// Is it the password that the hash was made of? Never for a hash with a problem, and never for a
// password with a zero byte, which the C functions behind some hashes would cut off. Slow: for
// threads of the pool.
bool password_matches(std::string_view password, std::string_view hash);

enum class NewHash : uint8_t { kYescrypt, kArgon2id, kBcrypt };
size_t longest_password(NewHash kind);
// Slow as well.
Result<std::string> hash_password(NewHash kind, std::string_view password);

}  // namespace berth
