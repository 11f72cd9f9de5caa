#include "tls/openssl.h"

namespace berth {

std::string openssl_reason() {
    // The first error is the cause; later ones are what followed from it.
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) {
        return "no reason given";
    }
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : "error " + std::to_string(code);
}

Error openssl_error(std::string_view what) {
    return Error{std::string(what) + ": " + openssl_reason()};
}

BioHandle bio_of(std::string_view bytes) {
    return BioHandle(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

}  // namespace berth
