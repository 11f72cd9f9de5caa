// Hashes of crypt(3), computed by libxcrypt.
#include "tls/password_scheme.h"
#include "tls/secret.h"

#include <crypt.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

namespace berth {
namespace {

// Dearer ones are typing errors: they would hold a thread for minutes to years.
constexpr unsigned kBcryptCostMax = 16, kShaRoundsMax = 10'000'000;

constexpr std::array<std::string_view, 7> kPrefixes = {
    "$y$", "$2b$", "$2y$", "$2a$", "$6$", "$5$", "$1$"};

// 32 KiB of working memory of crypt_r(), overwritten at the end: it holds the password.
class CryptMemory {
public:
    CryptMemory() : data_(std::make_unique<crypt_data>()) {}
    ~CryptMemory() { wipe(data_.get(), sizeof(crypt_data)); }
    CryptMemory(const CryptMemory&) = delete;
    CryptMemory& operator=(const CryptMemory&) = delete;

    // The whole hash of the password with that hash's salt and cost; empty when there is none.
    std::string_view hash(std::string_view password, const char* setting) {
        static_assert(kPasswordMax < sizeof crypt_data::input);
        std::memcpy(data_->input, password.data(), password.size());
        data_->input[password.size()] = '\0';
        const char* made = crypt_r(data_->input, setting, data_.get());
        return made == nullptr || made[0] == '*' ? std::string_view() : std::string_view(made);
    }

private:
    std::unique_ptr<crypt_data> data_;
};

bool owns(std::string_view hash) {
    return std::any_of(kPrefixes.begin(), kPrefixes.end(), [hash](std::string_view prefix) {
        return hash.substr(0, prefix.size()) == prefix;
    });
}

std::optional<unsigned> leading_number(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end != text.data() ? std::optional(value) : std::nullopt;
}

// "$2b$12$...", "$6$rounds=5000$...".
bool is_too_dear(std::string_view hash) {
    constexpr std::string_view kRounds = "rounds=";
    if (hash[1] == '2') {
        return leading_number(hash.substr(4)).value_or(0) > kBcryptCostMax;
    }
    if (hash.substr(3, kRounds.size()) == kRounds) {
        return leading_number(hash.substr(3 + kRounds.size())).value_or(0) > kShaRoundsMax;
    }
    return false;
}

// The number of characters behind the last '$' (bcrypt: salt and hash) that a whole hash has.
size_t tail_size(std::string_view hash) {
    switch (hash[1]) {
        case '1':
            return 22;
        case '2':
            return 53;
        case '6':
            return 86;
        default:
            return 43;
    }
}

HashProblem check(std::string_view hash) {
    if (is_too_dear(hash)) {
        return HashProblem::kTooDear;
    }
    const std::string setting(hash);
    const int said = crypt_checksalt(setting.c_str());
    const bool known = said == CRYPT_SALT_OK || said == CRYPT_SALT_METHOD_LEGACY;
    const bool whole = hash.size() - hash.rfind('$') - 1 == tail_size(hash);
    return known && whole ? HashProblem::kNone : HashProblem::kMalformed;
}

bool matches(std::string_view password, std::string_view hash) {
    CryptMemory memory;
    return equal_secrets(memory.hash(password, std::string(hash).c_str()), hash);
}

}  // namespace

const PasswordScheme kCryptScheme = {owns, check, matches};

Result<std::string> crypt_hash(const char* prefix, unsigned long cost, std::string_view password) {
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (crypt_gensalt_rn(prefix, cost, nullptr, 0, setting, sizeof setting) == nullptr) {
        return Error{std::string("libxcrypt makes no hashes of the kind ") + prefix};
    }
    CryptMemory memory;
    const std::string_view hash = memory.hash(password, setting);
    if (hash.empty()) {
        return Error{std::string("libxcrypt failed to make a hash of the kind ") + prefix};
    }
    return std::string(hash);
}

}  // namespace berth
