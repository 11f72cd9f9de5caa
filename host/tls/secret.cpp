#include "tls/secret.h"

#include "tls/openssl.h"

namespace berth {

Secret::Secret(std::string&& bytes) : bytes_(bytes) {
    OPENSSL_cleanse(bytes.data(), bytes.size());
    bytes.clear();
}

Secret& Secret::operator=(Secret other) noexcept {
    bytes_.swap(other.bytes_);
    return *this;
}

Secret::~Secret() {
    OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

bool equal_secrets(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(void* bytes, size_t n) {
    OPENSSL_cleanse(bytes, n);
}

}  // namespace berth
