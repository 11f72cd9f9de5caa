#include "tls/key_pair.h"

#include "tls/parsed_key_pair.h"

namespace berth {

Status check_key_pair(const TlsKeyPair& pair) {
    const auto parsed = parse_key_pair(pair);
    if (!parsed) {
        return parsed.error();
    }
    return Done{};
}

}  // namespace berth
