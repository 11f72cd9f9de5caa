#include "tls/tls_transport.h"

#include "base/sys.h"
#include "tls/server_names.h"
#include "tls/tls_io.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace berth {
namespace {

constexpr uint32_t kKeyUpdatesPerMinute = 32;
constexpr uint64_t kMinuteMs = 60'000;

uint64_t monotonic_ms() {
    timespec now{};
    sys().clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1000 +
           static_cast<uint64_t>(now.tv_nsec) / 1'000'000;
}

// Hands out segments a record at a time: small ones are copied together, so that a head and the
// beginning of its body share a record.
class RecordSource {
public:
    RecordSource(std::span<const iovec> segments, uint8_t* scratch)
        : segments_(segments), scratch_(scratch) {}

    // Empty at the end.
    std::span<const uint8_t> next() {
        skip_empty();
        if (segments_.empty()) {
            return {};
        }
        if (segments_.size() == 1 || rest().size() >= TlsIo::kRecordBytes) {
            return take(TlsIo::kRecordBytes);
        }
        size_t size = 0;
        while (!segments_.empty() && size < TlsIo::kRecordBytes) {
            const auto piece = take(TlsIo::kRecordBytes - size);
            std::memcpy(scratch_ + size, piece.data(), piece.size());
            size += piece.size();
            skip_empty();
        }
        return {scratch_, size};
    }

private:
    std::span<const uint8_t> rest() const {
        const iovec& first = segments_.front();
        return std::span(static_cast<const uint8_t*>(first.iov_base), first.iov_len).subspan(used_);
    }

    std::span<const uint8_t> take(size_t most) {
        const auto piece = rest().first(std::min(most, rest().size()));
        used_ += piece.size();
        return piece;
    }

    void skip_empty() {
        while (!segments_.empty() && used_ == segments_.front().iov_len) {
            segments_ = segments_.subspan(1);
            used_ = 0;
        }
    }

    std::span<const iovec> segments_;
    size_t used_ = 0;  // of the first segment
    uint8_t* const scratch_;
};

}  // namespace

std::unique_ptr<TlsTransport> TlsTransport::make(SslHandle ssl, TlsIo& io) {
    std::unique_ptr<TlsTransport> made(new TlsTransport(std::move(ssl), io));
    BioHandle bio = make_bio(made->ciphertext_);
    if (bio == nullptr) {
        ERR_clear_error();
        return nullptr;
    }
    // One reference for both directions.
    BIO* const both = bio.release();
    SSL_set_bio(made->ssl_.get(), both, both);
    SSL_set_app_data(made->ssl_.get(), made.get());
    return made;
}

TlsTransport::TlsTransport(SslHandle ssl, TlsIo& io)
    : io_(io), ciphertext_(io), ssl_(std::move(ssl)) {
    // A server has nothing to say before the client has.
    ciphertext_.starved = SSL_is_server(ssl_.get()) == 1;
    if (io.kernel_tls) {
        SSL_set_options(ssl_.get(), SSL_OP_ENABLE_KTLS);
    }
}

TlsTransport& TlsTransport::of(const SSL* ssl) {
    return *static_cast<TlsTransport*>(SSL_get_app_data(ssl));
}

IoStatus TlsTransport::handshake(int fd) {
    ciphertext_.fd = fd;
    while (state_ == State::kHandshake) {
        if (ciphertext_.starved && ciphertext_.input.empty()) {
            const IoStatus received = receive(fd, TlsIo::kRecordBytes);
            if (received == IoStatus::kAgain) {
                return flush(fd) == IoStatus::kFailed ? IoStatus::kFailed : IoStatus::kAgain;
            }
            if (received != IoStatus::kOk) {
                return fail(fd);
            }
            if (begins_in_clear()) {
                state_ = State::kFailed;
                break;
            }
        }
        ciphertext_.starved = false;
        if (SSL_do_handshake(ssl_.get()) == 1) {
            return finish_handshake();
        }
        if (!ciphertext_.starved && !is_blocked()) {
            return fail(fd);
        }
        if (flush(fd) == IoStatus::kFailed) {
            return IoStatus::kFailed;
        }
        if (drained_ || is_blocked()) {
            return IoStatus::kAgain;
        }
    }
    return state_ == State::kFailed ? IoStatus::kFailed : IoStatus::kOk;
}

// No record of TLS begins with a printable character, and everything that people type does.
bool TlsTransport::begins_in_clear() const {
    const auto bytes = ciphertext_.input.bytes();
    return SSL_is_server(ssl_.get()) == 1 && SSL_in_before(ssl_.get()) == 1 && !bytes.empty() &&
           bytes.front() >= 0x20 && bytes.front() < 0x7f;
}

std::span<const uint8_t> TlsTransport::cleartext() const {
    return state_ == State::kFailed && begins_in_clear() ? ciphertext_.input.bytes()
                                                         : std::span<const uint8_t>();
}

IoResult TlsTransport::read(int fd, std::span<uint8_t> into) {
    drained_ = false;  // more may have come since, and the poller tells of it once
    while (state_ == State::kOpen) {
        if (!holds_input()) {
            // No more than the caller can take, so that little is left to keep.
            const IoStatus received = receive(fd, std::max(into.size(), TlsIo::kRecordBytes));
            if (received == IoStatus::kAgain) {
                return {received, 0, false};
            }
            if (received != IoStatus::kOk) {
                // An end without close_notify may be an attacker's: not an orderly one.
                return {fail(fd), 0, false};
            }
        }
        const size_t bytes = decrypt(fd, into);
        if (bytes > 0) {
            return {IoStatus::kOk, bytes, holds_input() || !drained_ || state_ != State::kOpen};
        }
        if (state_ == State::kOpen && drained_) {
            return {IoStatus::kAgain, 0, false};
        }
    }
    return {state_ == State::kPeerEnded ? IoStatus::kEnd : IoStatus::kFailed, 0, false};
}

IoResult TlsTransport::write(int fd, std::span<const iovec> from) {
    if (state_ == State::kHandshake || state_ == State::kFailed) {
        return {IoStatus::kFailed, 0, false};
    }
    RecordSource source(from, io_.record.get());
    size_t taken = 0;
    for (;;) {
        if (ciphertext_.output.room() < TlsIo::kSealedBytes) {
            const IoStatus flushed = flush(fd);
            if (flushed == IoStatus::kFailed || (flushed == IoStatus::kAgain && taken == 0)) {
                return {flushed, 0, false};
            }
            if (flushed == IoStatus::kAgain) {
                break;
            }
        }
        const auto record = source.next();
        if (record.empty()) {
            break;
        }
        size_t written = 0;
        if (SSL_write_ex(ssl_.get(), record.data(), record.size(), &written) != 1) {
            return {fail(fd), 0, false};
        }
        taken += written;
    }
    return {IoStatus::kOk, taken, false};
}

IoStatus TlsTransport::flush(int fd) {
    const IoStatus status = ciphertext_.flush(fd);
    if (status == IoStatus::kFailed) {
        state_ = State::kFailed;
    }
    if (status != IoStatus::kOk || !is_blocked()) {
        return status;
    }
    if ((SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) != 0) {
        end(fd);
    }
    return is_blocked() ? IoStatus::kAgain : IoStatus::kOk;
}

// A control record of OpenSSL's waits for room in the socket: only where the kernel encrypts.
bool TlsTransport::is_blocked() const {
    return ciphertext_.is_offloaded() && SSL_want_write(ssl_.get()) &&
           BIO_should_write(SSL_get_wbio(ssl_.get()));
}

bool TlsTransport::holds_input() const {
    return !ciphertext_.input.empty() || SSL_pending(ssl_.get()) > 0;
}

void TlsTransport::end(int) {
    if (state_ != State::kOpen && state_ != State::kPeerEnded) {
        return;
    }
    if (SSL_shutdown(ssl_.get()) < 0) {
        ERR_clear_error();
    }
}

void TlsTransport::set_server_name(std::string_view name, std::string_view site) {
    server_name_ = ServerNames::normalised(name);
    info_.server_name = server_name_;
    info_.site = site;
}

void TlsTransport::count_key_update(bool wants_ours) {
    const uint64_t now = monotonic_ms();
    if (now >= key_updates_.minute_ends_ms) {
        key_updates_ = {now + kMinuteMs, 0};
    }
    ++key_updates_.count;
    // The kernel would go on with the old keys.
    ciphertext_.cut =
        key_updates_.count > kKeyUpdatesPerMinute || (wants_ours && ciphertext_.is_offloaded());
}

// kEnd: the peer's FIN.
IoStatus TlsTransport::receive(int fd, size_t most) {
    const auto room = ciphertext_.input.claim();
    const size_t ask = std::min({most, room.size(), sys().io_max});
    ssize_t got = 0;
    do {
        got = sys().recv(fd, room.data(), ask, 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return errno == EAGAIN || errno == EWOULDBLOCK ? IoStatus::kAgain : IoStatus::kFailed;
    }
    drained_ = static_cast<size_t>(got) < ask;
    ciphertext_.input.filled(static_cast<size_t>(got));
    return got == 0 ? IoStatus::kEnd : IoStatus::kOk;
}

IoStatus TlsTransport::finish_handshake() {
    state_ = State::kOpen;
    SSL* const ssl = ssl_.get();
    info_.version = SSL_get_version(ssl);
    info_.cipher = SSL_get_cipher_name(ssl);
    const unsigned char* alpn = nullptr;
    unsigned int alpn_size = 0;
    SSL_get0_alpn_selected(ssl, &alpn, &alpn_size);
    info_.alpn = {reinterpret_cast<const char*>(alpn), alpn_size};
    const X509* const peer = SSL_is_server(ssl) == 1 ? SSL_get0_peer_certificate(ssl) : nullptr;
    if (peer != nullptr) {
        peer_certificate_.resize(static_cast<size_t>(i2d_X509(peer, nullptr)));
        auto* to = reinterpret_cast<unsigned char*>(peer_certificate_.data());
        i2d_X509(peer, &to);
        info_.peer_cert_der = peer_certificate_;
    }
    return IoStatus::kOk;
}

// The alert, if there is one, is sent at once: nobody flushes a failed transport.
IoStatus TlsTransport::fail(int fd) {
    ERR_clear_error();
    ciphertext_.input.consume(ciphertext_.input.bytes().size());
    flush(fd);
    state_ = State::kFailed;
    return IoStatus::kFailed;
}

// How many bytes came; state_ tells when no more will.
size_t TlsTransport::decrypt(int fd, std::span<uint8_t> into) {
    size_t done = 0;
    while (done < into.size() && holds_input()) {
        size_t got = 0;
        ciphertext_.starved = false;
        if (SSL_read_ex(ssl_.get(), into.data() + done, into.size() - done, &got) == 1) {
            done += got;
            continue;
        }
        if (ciphertext_.starved) {
            break;
        }
        if ((SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) == 0) {
            fail(fd);
            break;
        }
        // What follows close_notify is nobody's.
        ciphertext_.input.consume(ciphertext_.input.bytes().size());
        state_ = State::kPeerEnded;
        break;
    }
    return done;
}

}  // namespace berth
