#include "tls/ciphertext.h"

#include "base/sys.h"
#include "tls/kernel_tls.h"
#include "tls/tls_io.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace berth {
namespace {

// What OpenSSL asks of a BIO that can do kTLS; <openssl/bio.h> keeps a place for them only.
constexpr int kSetKernelTls = 72;
constexpr int kSendsByKernel = 73;
constexpr int kSetRecordType = 74;
constexpr int kClearRecordType = 75;

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
    const IoStatus status = ciphertext_of(bio).write(reinterpret_cast<const uint8_t*>(from), size);
    if (status == IoStatus::kAgain) {
        BIO_set_retry_write(bio);
    }
    const bool taken = status == IoStatus::kOk;
    *written = taken ? size : 0;
    return taken ? 1 : 0;
}

long bio_control(BIO* bio, int command, long number, void* pointer) {
    Ciphertext& ciphertext = ciphertext_of(bio);
    switch (command) {
        case BIO_CTRL_FLUSH:
            return 1;  // bytes leave when the transport is flushed
        case kSetKernelTls:
            return number != 0 && ciphertext.offload(pointer) ? 1 : 0;  // 0: for receiving
        case kSendsByKernel:
            return ciphertext.is_offloaded() ? 1 : 0;
        case kSetRecordType:
        case kClearRecordType:
            ciphertext.set_record_type(static_cast<uint8_t>(number));
            return 0;
        default:
            return 0;
    }
}

BioMethodHandle make_method() {
    BioMethodHandle method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ciphertext"));
    BIO_meth_set_read_ex(method.get(), bio_read);
    BIO_meth_set_write_ex(method.get(), bio_write);
    BIO_meth_set_ctrl(method.get(), bio_control);
    return method;
}

}  // namespace

Ciphertext::Ciphertext(TlsIo& io) : input(io.input), output(io.output), io_(io) {}

IoStatus Ciphertext::flush(int socket) {
    while (!output.empty()) {
        const auto bytes = output.bytes();
        const size_t ask = std::min(bytes.size(), sys().io_max);
        const ssize_t sent = sys().send(socket, bytes.data(), ask, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return IoStatus::kAgain;
        }
        if (sent < 0) {
            output.consume(bytes.size());
            return IoStatus::kFailed;
        }
        output.consume(static_cast<size_t>(sent));
        if (static_cast<size_t>(sent) < ask) {
            return IoStatus::kAgain;
        }
    }
    return IoStatus::kOk;
}

IoStatus Ciphertext::write(const uint8_t* bytes, size_t size) {
    if (!offloaded_) {
        return output.append({bytes, size}) ? IoStatus::kOk : IoStatus::kFailed;
    }
    if (record_type_ == 0) {
        return IoStatus::kFailed;
    }
    const IoStatus status = send_kernel_record(fd, record_type_, {bytes, size});
    if (status != IoStatus::kAgain) {  // the type is told once, however often it is tried
        record_type_ = 0;
    }
    return status;
}

bool Ciphertext::offload(const void* keys) {
    if (!io_.kernel_tls || flush(fd) != IoStatus::kOk) {
        return false;
    }
    const KernelTls started = start_kernel_tls(fd, keys);
    io_.kernel_tls = started != KernelTls::kMissing;
    offloaded_ = started == KernelTls::kStarted;
    if (offloaded_ && io_.kernel_connections != nullptr) {
        ++*io_.kernel_connections;
    }
    return offloaded_;
}

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
