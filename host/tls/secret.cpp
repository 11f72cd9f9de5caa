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

}  // namespace berth
