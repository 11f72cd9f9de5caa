// Argon2id (RFC 9106), computed by libargon2 on the calling thread alone.
#include "tls/argon2_text.h"
#include "tls/password_scheme.h"
#include "tls/random.h"
#include "tls/secret.h"

#include <argon2.h>

namespace berth {
namespace {

constexpr std::string_view kPrefix = "$argon2id$";
constexpr uint32_t kMemoryMaxKib = 1024 * 1024, kPassesMax = 64, kLanesMax = 64;
// 19 MiB and two passes, the smallest that OWASP's cheat sheet recommends: a pool of threads may
// compute as many at a time.
constexpr uint32_t kMemoryKib = 19'456, kPasses = 2, kLanes = 1;
constexpr size_t kSaltSize = 16, kTagSize = 32;

uint8_t* bytes_of(std::string& text) {
    return reinterpret_cast<uint8_t*>(text.data());
}

// Fills the tag, whose size counts, in. The library only reads password and salt.
bool compute(std::string_view password, Argon2Parameters& parameters) {
    argon2_context context{};
    context.out = bytes_of(parameters.tag);
    context.outlen = static_cast<uint32_t>(parameters.tag.size());
    context.pwd = reinterpret_cast<uint8_t*>(const_cast<char*>(password.data()));
    context.pwdlen = static_cast<uint32_t>(password.size());
    context.salt = bytes_of(parameters.salt);
    context.saltlen = static_cast<uint32_t>(parameters.salt.size());
    context.t_cost = parameters.passes;
    context.m_cost = parameters.memory_kib;
    context.lanes = parameters.lanes;
    context.threads = 1;
    context.version = ARGON2_VERSION_13;
    return argon2id_ctx(&context) == ARGON2_OK;
}

bool owns(std::string_view hash) {
    return hash.substr(0, kPrefix.size()) == kPrefix;
}

HashProblem check(std::string_view hash) {
    const auto known = parse_argon2(hash);
    if (!known) {
        return HashProblem::kMalformed;
    }
    const bool dear =
        known->memory_kib > kMemoryMaxKib || known->passes > kPassesMax || known->lanes > kLanesMax;
    return dear ? HashProblem::kTooDear : HashProblem::kNone;
}

bool matches(std::string_view password, std::string_view hash) {
    const auto known = parse_argon2(hash);
    Argon2Parameters made = *known;
    return compute(password, made) && equal_secrets(made.tag, known->tag);
}

}  // namespace

const PasswordScheme kArgon2Scheme = {owns, check, matches};

Result<std::string> argon2_hash(std::string_view password) {
    Argon2Parameters made{
        kMemoryKib, kPasses, kLanes, std::string(kSaltSize, '\0'), std::string(kTagSize, '\0')};
    if (!random_bytes({bytes_of(made.salt), kSaltSize}) || !compute(password, made)) {
        return Error{"no memory or no random bytes for an argon2id hash"};
    }
    return argon2_text(made);
}

}  // namespace berth
