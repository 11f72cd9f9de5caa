// berth.crypto/1, over host/tls. Needs no worker: plugins may call it from load() on.
#include "plugin/service_tables.h"
#include "tls/base64.h"
#include "tls/digest.h"
#include "tls/password_hash.h"
#include "tls/random.h"
#include "tls/secret.h"

#include "berth/cpp/guard.hpp"
#include "berth/crypto.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace berth {
namespace {

static_assert(kPasswordMax == BERTH_PASSWORD_MAX && kDigestMax == BERTH_DIGEST_MAX);

std::string_view view_of(berth_sv text) {
    return text.n == 0 ? std::string_view() : std::string_view(text.p, text.n);
}

std::vector<std::string_view> views_of(const berth_sv* parts, uint32_t n) {
    std::vector<std::string_view> views(n);
    std::transform(parts, parts + n, views.begin(), view_of);
    return views;
}

std::optional<DigestKind> kind_of(uint32_t number) {
    switch (number) {
        case BERTH_DIGEST_SHA1:
            return DigestKind::kSha1;
        case BERTH_DIGEST_SHA256:
            return DigestKind::kSha256;
        case BERTH_DIGEST_SHA384:
            return DigestKind::kSha384;
        case BERTH_DIGEST_SHA512:
            return DigestKind::kSha512;
        default:
            return std::nullopt;
    }
}

berth_status random(void* out, size_t n) {
    return random_bytes({static_cast<uint8_t*>(out), n}) ? BERTH_OK : BERTH_E_FAIL;
}

berth_status digest_parts(uint32_t number, const berth_sv* parts, uint32_t n, uint8_t* out) {
    const auto kind = kind_of(number);
    if (!kind) {
        return BERTH_E_INVAL;
    }
    return digest(*kind, views_of(parts, n), out) ? BERTH_OK : BERTH_E_FAIL;
}

berth_status hmac_parts(
    uint32_t number, berth_sv key, const berth_sv* parts, uint32_t n, uint8_t* out) {
    const auto kind = kind_of(number);
    if (!kind) {
        return BERTH_E_INVAL;
    }
    return hmac(*kind, view_of(key), views_of(parts, n), out) ? BERTH_OK : BERTH_E_FAIL;
}

int32_t equal(const void* a, const void* b, size_t n) {
    return equal_secrets({static_cast<const char*>(a), n}, {static_cast<const char*>(b), n}) ? 1
                                                                                             : 0;
}

Base64Form form_of(uint32_t flags) {
    return {(flags & BERTH_BASE64_URL) != 0, (flags & BERTH_BASE64_BARE) != 0};
}

size_t encode(uint32_t flags, berth_sv bytes, char* out) {
    return base64_encode(view_of(bytes), form_of(flags), out);
}

berth_status decode(uint32_t flags, berth_sv text, void* out, size_t* n) {
    *n = 0;
    const auto size = base64_decode(view_of(text), form_of(flags), static_cast<char*>(out));
    *n = size.value_or(0);
    return size ? BERTH_OK : BERTH_E_INVAL;
}

berth_status password_check(berth_sv hash) {
    switch (check_password_hash(view_of(hash))) {
        case HashProblem::kNone:
            return BERTH_OK;
        case HashProblem::kMalformed:
            return BERTH_E_INVAL;
        case HashProblem::kTooDear:
            return BERTH_E_LIMIT;
        case HashProblem::kUnknown:
            break;
    }
    return BERTH_E_UNSUPPORTED;
}

berth_status password_verify(berth_sv password, berth_sv hash) {
    const berth_status usable = password_check(hash);
    if (usable < 0) {
        return usable;
    }
    return password_matches(view_of(password), view_of(hash)) ? BERTH_OK : BERTH_E_DENIED;
}

std::optional<NewHash> new_hash_of(uint32_t kind) {
    switch (kind) {
        case BERTH_PASSWORD_YESCRYPT:
            return NewHash::kYescrypt;
        case BERTH_PASSWORD_ARGON2ID:
            return NewHash::kArgon2id;
        case BERTH_PASSWORD_BCRYPT:
            return NewHash::kBcrypt;
        default:
            return std::nullopt;
    }
}

berth_status password_hash(uint32_t number, berth_sv password, char* out, size_t* n) {
    const auto kind = new_hash_of(number);
    const std::string_view text = view_of(password);
    if (!kind || text.find('\0') != std::string_view::npos) {
        return BERTH_E_INVAL;
    }
    if (text.size() > longest_password(*kind)) {
        return BERTH_E_LIMIT;
    }
    const Result<std::string> hash = hash_password(*kind, text);
    if (!hash || hash.value().size() > BERTH_PASSWORD_HASH_MAX) {
        return BERTH_E_FAIL;
    }
    std::copy(hash.value().begin(), hash.value().end(), out);
    *n = hash.value().size();
    return BERTH_OK;
}

}  // namespace

const berth_crypto_ext& crypto_table() {
    static constexpr berth_crypto_ext table = {BERTH_HDR(berth_crypto_ext),
                                               random,
                                               sdk::kGuarded<digest_parts>,
                                               sdk::kGuarded<hmac_parts>,
                                               equal,
                                               wipe,
                                               encode,
                                               sdk::kGuarded<decode>,
                                               sdk::kGuarded<password_check>,
                                               sdk::kGuarded<password_verify>,
                                               sdk::kGuarded<password_hash>};
    return table;
}

}  // namespace berth
