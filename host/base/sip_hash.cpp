#include "base/sip_hash.h"

#include <bit>
#include <cstddef>

namespace berth {
namespace {

struct SipState {
    uint64_t v0, v1, v2, v3;

    void round() {
        v0 += v1;
        v1 = std::rotl(v1, 13) ^ v0;
        v0 = std::rotl(v0, 32);
        v2 += v3;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 += v3;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 += v1;
        v1 = std::rotl(v1, 17) ^ v2;
        v2 = std::rotl(v2, 32);
    }

    void absorb(uint64_t word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    uint64_t finish() {
        v2 ^= 0xff;
        for (int i = 0; i < 4; ++i) {
            round();
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
};

// Little-endian, whatever the machine.
uint64_t word_of(const char* bytes, size_t n) {
    uint64_t word = 0;
    for (size_t i = 0; i < n; ++i) {
        word |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
    return word;
}

}  // namespace

uint64_t sip_hash(const SipKey& key, std::string_view text) {
    SipState state{key[0] ^ 0x736f6d6570736575,
                   key[1] ^ 0x646f72616e646f6d,
                   key[0] ^ 0x6c7967656e657261,
                   key[1] ^ 0x7465646279746573};
    const size_t whole = text.size() & ~size_t{7};
    for (size_t at = 0; at < whole; at += 8) {
        state.absorb(word_of(text.data() + at, 8));
    }
    const uint64_t last = word_of(text.data() + whole, text.size() - whole);
    state.absorb(last | uint64_t{text.size()} << 56);
    return state.finish();
}

}  // namespace berth
