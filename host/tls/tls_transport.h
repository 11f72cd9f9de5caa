#pragma once

#include "base/live.h"
#include "net/transport.h"
#include "tls/ciphertext.h"
#include "tls/openssl.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace berth {

class TlsIo;

// TLS over a socket, either role: at most one recv() per read() and one send() per flush(), records
// of up to 16 KiB, no memory of its own while idle besides OpenSSL's session.
class TlsTransport final : public Transport {
public:
    // ssl: its role is set. Null when memory is short.
    static std::unique_ptr<TlsTransport> make(SslHandle ssl, TlsIo& io);
    static TlsTransport& of(const SSL* ssl);
    ~TlsTransport() override = default;
    TlsTransport(const TlsTransport&) = delete;
    TlsTransport& operator=(const TlsTransport&) = delete;

    IoStatus handshake(int fd) override;
    IoResult read(int fd, std::span<uint8_t> into) override;
    IoResult write(int fd, std::span<const iovec> from) override;
    IoStatus flush(int fd) override;
    bool holds_output() const override { return !ciphertext_.output.empty() || is_blocked(); }
    bool holds_input() const override;
    void end(int fd) override;
    const TlsInfo& info() const override { return info_; }
    bool sends_plain() const override { return ciphertext_.is_offloaded(); }
    std::span<const uint8_t> cleartext() const override;

    // Server: the name that the client asked for, and the site that answers (outlives the
    // transport).
    void set_server_name(std::string_view name, std::string_view site);
    // A peer that sends too many is cut off, and one that wants a new key of ours where the kernel
    // has it.
    void count_key_update(bool wants_ours);

private:
    enum class State : uint8_t { kHandshake, kOpen, kPeerEnded, kFailed };

    // Those of the minute that began with the first of them.
    struct KeyUpdates {
        uint64_t minute_ends_ms = 0;
        uint32_t count = 0;
    };

    TlsTransport(SslHandle ssl, TlsIo& io);

    bool is_blocked() const;
    IoStatus receive(int fd, size_t most);
    bool begins_in_clear() const;
    IoStatus finish_handshake();
    IoStatus fail(int fd);
    size_t decrypt(int fd, std::span<uint8_t> into);

    TlsIo& io_;
    Ciphertext ciphertext_;
    SslHandle ssl_;  // uses ciphertext_
    TlsInfo info_;
    std::string server_name_;
    std::string peer_certificate_;
    KeyUpdates key_updates_;
    State state_ = State::kHandshake;
    bool drained_ = false;  // the last recv() of this call gave less than asked for
    [[no_unique_address]] Live<LiveKind::kTransport> live_;
};

}  // namespace berth
