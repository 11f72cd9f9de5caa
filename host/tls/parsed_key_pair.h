#pragma once

#include "base/result.h"
#include "tls/openssl.h"
#include "tls/tls_settings.h"

#include <vector>

namespace berth {

struct ParsedKeyPair {
    std::vector<CertificateHandle> chain;  // leaf first, never empty
    KeyHandle key;                         // the leaf's
};

Result<ParsedKeyPair> parse_key_pair(const TlsKeyPair& pair);

// All certificates of a PEM text, in order; an error when there is none or one is damaged.
Result<std::vector<CertificateHandle>> parse_certificates(std::string_view pem,
                                                          std::string_view name);

}  // namespace berth
