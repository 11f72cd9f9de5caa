#include "tls/digest.h"

#include "tls/openssl.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <string>

namespace berth {
namespace {

using MacHandle = std::unique_ptr<EVP_MAC, OpensslDeleter<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, OpensslDeleter<EVP_MAC_CTX_free>>;

struct Algorithm {
    std::string_view name;
    size_t size;
    const EVP_MD* (*implementation)();
};

// In the order of DigestKind.
constexpr std::array kAlgorithms = {Algorithm{"md5", 16, EVP_md5},
                                    Algorithm{"sha1", 20, EVP_sha1},
                                    Algorithm{"sha224", 28, EVP_sha224},
                                    Algorithm{"sha256", 32, EVP_sha256},
                                    Algorithm{"sha384", 48, EVP_sha384},
                                    Algorithm{"sha512", 64, EVP_sha512}};

const Algorithm& algorithm(DigestKind kind) {
    return kAlgorithms[static_cast<size_t>(kind)];
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

size_t digest_size(DigestKind kind) {
    return algorithm(kind).size;
}

std::optional<DigestKind> digest_kind(std::string_view name) {
    const auto* const found = std::find_if(kAlgorithms.begin(),
                                           kAlgorithms.end(),
                                           [&](const auto& each) { return each.name == name; });
    if (found == kAlgorithms.end()) {
        return std::nullopt;
    }
    return static_cast<DigestKind>(found - kAlgorithms.begin());
}

bool digest(DigestKind kind, std::span<const std::string_view> parts, uint8_t* out) {
    const DigestContext context(EVP_MD_CTX_new());
    bool done = context != nullptr &&
                EVP_DigestInit_ex(context.get(), algorithm(kind).implementation(), nullptr) == 1;
    for (const std::string_view part : parts) {
        done = done && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    }
    done = done && EVP_DigestFinal_ex(context.get(), out, nullptr) == 1;
    if (!done) {
        ERR_clear_error();
    }
    return done;
}

bool hmac(DigestKind kind,
          std::string_view key,
          std::span<const std::string_view> parts,
          uint8_t* out) {
    const MacHandle mac(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
    const MacContext context(mac == nullptr ? nullptr : EVP_MAC_CTX_new(mac.get()));
    std::string name(algorithm(kind).name);
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), name.size()),
        OSSL_PARAM_construct_end()};
    // An empty key would mean "the key set before": OpenSSL wants a pointer for it.
    bool done =
        context != nullptr &&
        EVP_MAC_init(
            context.get(), key.empty() ? bytes_of("") : bytes_of(key), key.size(), parameters) == 1;
    for (const std::string_view part : parts) {
        done = done && EVP_MAC_update(context.get(), bytes_of(part), part.size()) == 1;
    }
    size_t written = 0;
    done = done && EVP_MAC_final(context.get(), out, &written, digest_size(kind)) == 1;
    if (!done) {
        ERR_clear_error();
    }
    return done;
}

}  // namespace berth
