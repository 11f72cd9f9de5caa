#pragma once

#include "net/transport.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace berth {

// kTLS (linux/tls.h): the kernel encrypts what a socket sends, so that files go out by sendfile().

enum class KernelTls : uint8_t {
    kStarted,
    kRefused,  // not with these keys, or not now
    kMissing,  // the kernel has none, for nobody
};

// Gives the kernel the keys to send with. keys: one of the kernel's tls12_crypto_info_*, which
// begins with the version and the cipher, as OpenSSL passes it to its BIO.
KernelTls start_kernel_tls(int fd, const void* keys);

// A record that is no application data: an alert, a ticket. It goes out as a whole or, when the
// socket has no room, not at all (kAgain).
IoStatus send_kernel_record(int fd, uint8_t type, std::span<const uint8_t> bytes);

}  // namespace berth
