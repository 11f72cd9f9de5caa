#include "tls/ciphertext.h"

#include <algorithm>
#include <cstring>

namespace berth {
namespace {

Ciphertext& ciphertext_of(BIO* bio) {
    return *static_cast<Ciphertext*>(BIO_get_data(bio));
}

int bio_read(BIO* bio, char* into, size_t size, size_t* got) {
    Ciphertext& ciphertext = ciphertext_of(bio);
    BIO_clear_retry_flags(bio);
    *got = 0;
    if (ciphertext.cut) {
        return 0;
    }
    if (ciphertext.input.empty()) {
        ciphertext.starved = true;
        BIO_set_retry_read(bio);
        return 0;
    }
    const auto bytes = ciphertext.input.bytes();
    *got = std::min(size, bytes.size());
    std::memcpy(into, bytes.data(), *got);
    ciphertext.input.consume(*got);
    return 1;
}

int bio_write(BIO* bio, const char* from, size_t size, size_t* written) {
    BIO_clear_retry_flags(bio);
    const bool taken =
        ciphertext_of(bio).output.append({reinterpret_cast<const uint8_t*>(from), size});
    *written = taken ? size : 0;
    return taken ? 1 : 0;
}

long bio_control(BIO*, int command, long, void*) {
    // Bytes leave when the transport is flushed, so there is never anything to do; all else is
    // refused.
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BioMethodHandle make_method() {
    BioMethodHandle method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ciphertext"));
    BIO_meth_set_read_ex(method.get(), bio_read);
    BIO_meth_set_write_ex(method.get(), bio_write);
    BIO_meth_set_ctrl(method.get(), bio_control);
    return method;
}

}  // namespace

BioHandle make_bio(Ciphertext& ciphertext) {
    static const BioMethodHandle method = make_method();
    BioHandle bio(BIO_new(method.get()));
    if (bio != nullptr) {
        BIO_set_data(bio.get(), &ciphertext);
        BIO_set_init(bio.get(), 1);
    }
    return bio;
}

}  // namespace berth
