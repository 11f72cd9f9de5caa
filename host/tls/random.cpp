#include "tls/random.h"

#include <openssl/rand.h>

#include <climits>

namespace berth {

bool random_bytes(std::span<uint8_t> out) {
    while (!out.empty()) {
        const size_t n = out.size() < INT_MAX ? out.size() : INT_MAX;
        if (RAND_bytes(out.data(), static_cast<int>(n)) != 1) {
            return false;
        }
        out = out.subspan(n);
    }
    return true;
}

}  // namespace berth
