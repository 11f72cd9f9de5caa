// What htpasswd(1) writes and crypt(3) does not know: $apr1$ (its default) and {SHA}.
#include "tls/base64.h"
#include "tls/digest.h"
#include "tls/password_scheme.h"
#include "tls/secret.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <vector>

namespace berth {
namespace {

constexpr std::string_view kApr1 = "$apr1$", kSha = "{SHA}";
constexpr size_t kSaltMax = 8, kApr1DigestSize = 22;

struct Apr1 {
    std::string_view salt, digest;
};

Apr1 parts_of(std::string_view hash) {
    hash.remove_prefix(kApr1.size());
    const size_t end = std::min(hash.find('$'), hash.size());
    return {hash.substr(0, end), hash.substr(std::min(end + 1, hash.size()))};
}

std::string md5(const std::vector<std::string_view>& parts) {
    std::string sum(digest_size(DigestKind::kMd5), '\0');
    const bool done = digest(DigestKind::kMd5, parts, reinterpret_cast<uint8_t*>(sum.data()));
    return done ? sum : std::string();
}

// Poul-Henning Kamp's crypt of 1994 with Apache's magic. Its steps have no meaning beyond taking
// time; an empty sum stands for a missing MD5.
std::string apr1_sum(std::string_view password, std::string_view salt) {
    constexpr std::string_view kZero("\0", 1);
    std::string sum = md5({password, salt, password});
    if (sum.empty()) {
        return {};
    }
    std::vector<std::string_view> parts = {password, kApr1, salt};
    for (size_t left = password.size(); left > 0; left -= std::min(left, sum.size())) {
        parts.push_back(std::string_view(sum).substr(0, left));
    }
    for (size_t bits = password.size(); bits > 0; bits >>= 1) {
        parts.push_back((bits & 1) != 0 ? kZero : password.substr(0, 1));
    }
    sum = md5(parts);
    for (unsigned round = 0; round < 1000; ++round) {
        const bool odd = (round & 1) != 0;
        sum = md5({odd ? password : sum,
                   round % 3 != 0 ? salt : std::string_view(),
                   round % 7 != 0 ? password : std::string_view(),
                   odd ? sum : password});
    }
    return sum;
}

// The sum in crypt's order of bytes and alphabet.
std::string crypt_text(std::string_view sum) {
    static constexpr std::string_view kAlphabet =
        "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string text;
    const auto write = [&text](uint32_t bits, int characters) {
        for (; characters > 0; --characters, bits >>= 6) {
            text.push_back(kAlphabet[bits & 63]);
        }
    };
    const auto at = [sum](size_t i) { return uint32_t{static_cast<uint8_t>(sum[i])}; };
    for (size_t i = 0; i < 5; ++i) {
        write(at(i) << 16 | at(i + 6) << 8 | at(i == 4 ? 5 : i + 12), 4);
    }
    write(at(11), 2);
    return text;
}

bool owns(std::string_view hash) {
    return hash.substr(0, kApr1.size()) == kApr1 || hash.substr(0, kSha.size()) == kSha;
}

HashProblem check(std::string_view hash) {
    if (hash[0] == '{') {
        const auto sum = base64_bytes(hash.substr(kSha.size()));
        return sum && sum->size() == digest_size(DigestKind::kSha1) ? HashProblem::kNone
                                                                    : HashProblem::kMalformed;
    }
    const Apr1 parts = parts_of(hash);
    const bool whole = !parts.salt.empty() && parts.salt.size() <= kSaltMax &&
                       parts.digest.size() == kApr1DigestSize;
    return whole ? HashProblem::kNone : HashProblem::kMalformed;
}

bool matches(std::string_view password, std::string_view hash) {
    if (hash[0] == '{') {
        std::array<uint8_t, kDigestMax> sum{};
        const std::string_view parts[] = {password};
        const std::string_view bytes(reinterpret_cast<const char*>(sum.data()),
                                     digest_size(DigestKind::kSha1));
        return digest(DigestKind::kSha1, parts, sum.data()) &&
               equal_secrets(base64_text(bytes), hash.substr(kSha.size()));
    }
    const Apr1 parts = parts_of(hash);
    const std::string sum = apr1_sum(password, parts.salt);
    return !sum.empty() && equal_secrets(crypt_text(sum), parts.digest);
}

}  // namespace

const PasswordScheme kApacheScheme = {owns, check, matches};

}  // namespace berth
