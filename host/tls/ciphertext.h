#pragma once

#include "net/transport.h"
#include "tls/held_bytes.h"
#include "tls/openssl.h"

#include <cstdint>

namespace berth {

class TlsIo;

// Both directions between OpenSSL and a socket. Once the kernel encrypts what is sent (kTLS), only
// OpenSSL's control records go out through here: each at once, none is held.
class Ciphertext {
public:
    explicit Ciphertext(TlsIo& io);

    HeldBytes input, output;
    bool starved = false;  // OpenSSL asked for input when there was none
    bool cut = false;      // it gets no more
    int fd = -1;           // of the handshake

    // Sends what is held. kOk: nothing is left.
    IoStatus flush(int socket);
    bool is_offloaded() const { return offloaded_; }

    // Of the BIO. kAgain: the socket has no room for a control record.
    IoStatus write(const uint8_t* bytes, size_t size);
    // The kernel gets the keys, when everything has left that was encrypted without it.
    bool offload(const void* keys);
    void set_record_type(uint8_t type) { record_type_ = type; }

private:
    TlsIo& io_;
    bool offloaded_ = false;
    uint8_t record_type_ = 0;  // of the control record that comes next
};

// A BIO over it; the ciphertext outlives the BIO.
BioHandle make_bio(Ciphertext& ciphertext);

}  // namespace berth
