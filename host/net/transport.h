#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace berth {

enum class IoStatus : uint8_t { kOk, kAgain, kEnd, kFailed };

struct IoResult {
    IoStatus status = IoStatus::kOk;
    size_t bytes = 0;
    bool more = false;  // read: the socket may hold more although it gave less than asked for
};

// What is known of a TLS session after its handshake; views live as long as the transport.
struct TlsInfo {
    std::string_view version, cipher, alpn, server_name, site, peer_cert_der;
};

// Turns bytes of a socket into bytes of a protocol and back. A connection without one uses its
// socket directly; TLS is the other kind. Owned by its connection; never closes the descriptor.
class Transport {
public:
    virtual ~Transport() = default;
    // Advances the handshake: kOk done, kAgain wait for the socket, kFailed.
    virtual IoStatus handshake(int fd) = 0;
    // Plaintext bytes. kEnd: the peer closed its side in order.
    virtual IoResult read(int fd, std::span<uint8_t> into) = 0;
    // Takes plaintext; bytes says how many were taken, their ciphertext may still be held back.
    virtual IoResult write(int fd, std::span<const iovec> from) = 0;
    // Sends ciphertext held back. kOk: nothing is left.
    virtual IoStatus flush(int fd) = 0;
    virtual bool holds_output() const = 0;
    // Holds plaintext or ciphertext that was read from the socket and not yet handed out.
    virtual bool holds_input() const = 0;
    // Queues the end of our side (close_notify); flush() sends it.
    virtual void end(int fd) = 0;
    virtual const TlsInfo& info() const = 0;
    // The kernel encrypts: what is to be sent goes to the socket itself, not to write().
    virtual bool sends_plain() const { return false; }
    // After a handshake that failed at its first byte, because the peer does not speak the
    // transport's protocol at all: what it sent.
    virtual std::span<const uint8_t> cleartext() const { return {}; }
};

}  // namespace berth
