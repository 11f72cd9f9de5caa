#pragma once

#include "tls/held_bytes.h"
#include "tls/openssl.h"

namespace berth {

// Both directions between OpenSSL and a socket.
struct Ciphertext {
    Ciphertext(SharedBuffer& input_room, SharedBuffer& output_room)
        : input(input_room), output(output_room) {}

    HeldBytes input, output;
    bool starved = false;  // OpenSSL asked for input when there was none
    bool cut = false;      // it gets no more
};

// A BIO over it; the ciphertext outlives the BIO.
BioHandle make_bio(Ciphertext& ciphertext);

}  // namespace berth
