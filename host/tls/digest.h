#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace berth {

// Md5 and Sha224 are only for password hashes that others made.
enum class DigestKind : uint8_t { kMd5, kSha1, kSha224, kSha256, kSha384, kSha512 };

constexpr size_t kDigestMax = 64;

size_t digest_size(DigestKind kind);
// "sha256" and the like.
std::optional<DigestKind> digest_kind(std::string_view name);

// The digest of the parts one after the other, into digest_size() bytes. False: OpenSSL refuses the
// algorithm, as it does with MD5 in a FIPS configuration.
bool digest(DigestKind kind, std::span<const std::string_view> parts, uint8_t* out);
// RFC 2104.
bool hmac(DigestKind kind,
          std::string_view key,
          std::span<const std::string_view> parts,
          uint8_t* out);

}  // namespace berth
