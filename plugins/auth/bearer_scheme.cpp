#include "bearer_scheme.h"

#include "authorization.h"

#include "berth/cpp/text.hpp"

#include <optional>

namespace berth::auth {
namespace {

constexpr size_t kTokenMin = 16;  // shorter ones are guessed
constexpr std::string_view kDigestPrefix = "sha256:";

std::optional<std::array<uint8_t, 32>> parse_digest(std::string_view hex) {
    std::array<uint8_t, 32> digest{};
    if (hex.size() != 2 * digest.size()) {
        return std::nullopt;
    }
    for (size_t i = 0; i < digest.size(); ++i) {
        const auto byte = sdk::parse_hex(hex.substr(2 * i, 2));
        if (!byte) {
            return std::nullopt;
        }
        digest[i] = static_cast<uint8_t>(*byte);
    }
    return digest;
}

}  // namespace

BearerScheme::BearerScheme(const HostApi& api)
    : api_(api),
      failures_(api.worker->counter(sdk::sv("berth_auth_failures_total{scheme=\"bearer\"}"))) {}

berth_status BearerScheme::configure(const sdk::Config& given) {
    berth_status status = BERTH_OK;
    const sdk::Config tokens = given["tokens"];
    for (uint32_t i = 0; i < tokens.count(); ++i) {
        std::string_view name;
        const sdk::Config value = tokens.at(i, &name);
        if (const berth_status added = add(name, value); added < 0) {
            status = added;
        }
    }
    return tokens.count() == 0 ? tokens.fail("there is no token: nobody could come in") : status;
}

berth_status BearerScheme::add(std::string_view name, const sdk::Config& value) {
    const std::string_view text = value.text();
    if (text.substr(0, kDigestPrefix.size()) == kDigestPrefix) {
        const auto digest = parse_digest(text.substr(kDigestPrefix.size()));
        if (!digest) {
            return value.fail("behind sha256: stand 64 hexadecimal digits");
        }
        tokens_.push_back({std::string(name), *digest});
        return BERTH_OK;
    }
    if (text.size() < kTokenMin || !parse_authorization("Bearer " + std::string(text))) {
        return value.fail("a token has at least " + std::to_string(kTokenMin) +
                          " characters, of A-Z a-z 0-9 - . _ ~ + / and = at its end");
    }
    const auto digest = digest_of(text);
    if (!digest) {
        return value.fail("the host computes no SHA-256", BERTH_E_UNSUPPORTED);
    }
    tokens_.push_back({std::string(name), *digest});
    return BERTH_OK;
}

std::optional<BearerScheme::Digest> BearerScheme::digest_of(std::string_view token) const {
    Digest digest{};
    const berth_sv part = sdk::sv(token);
    const bool done = api_.crypto->digest(BERTH_DIGEST_SHA256, &part, 1, digest.data()) == BERTH_OK;
    return done ? std::optional(digest) : std::nullopt;
}

// Looks at all tokens, whichever it is.
Verdict BearerScheme::judge(Attempt& attempt) {
    const auto given =
        parse_authorization(sdk::view(berth_known(attempt.request, BERTH_H_AUTHORIZATION)));
    if (!given || !sdk::equal_ignoring_case(given->scheme, "Bearer")) {
        return Verdict::kNo;
    }
    const auto digest = digest_of(given->token);
    const Token* found = nullptr;
    for (const Token& token : tokens_) {
        if (digest &&
            api_.crypto->equal(token.digest.data(), digest->data(), digest->size()) != 0) {
            found = &token;
        }
    }
    if (found == nullptr) {
        ++*failures_;
        return Verdict::kNo;
    }
    attempt.login = found->name;
    return Verdict::kYes;
}

}  // namespace berth::auth
