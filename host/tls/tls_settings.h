#pragma once

#include "tls/secret.h"

#include <cstdint>
#include <string>
#include <vector>

namespace berth {

// A certificate chain, leaf first, and its key: bytes, because only the supervisor may read the
// files.
struct TlsKeyPair {
    std::string certificate_pem;
    Secret key_pem;
    std::string certificate_name, key_name;  // for messages: the files' paths
};

enum class ClientCertificate : uint8_t { kNone, kOptional, kRequired };

// How TLS is spoken for some host names of a listener.
struct TlsSite {
    std::string id;                  // names it for replace_key_pairs(); unique in its listener
    std::string site;                // reported in TlsInfo::site
    std::vector<std::string> hosts;  // lower-case, "*.example.com" for one label; empty: every name
    std::vector<TlsKeyPair> key_pairs;  // one per kind of key (ECDSA and RSA, say)
    std::string min_version = "1.2";    // or "1.3"
    ClientCertificate client_certificate = ClientCertificate::kNone;
    std::string client_ca_pem;                     // empty: client_fingerprints alone decide
    std::vector<std::string> client_fingerprints;  // SHA-256 of the DER in hex, colons allowed
    std::vector<std::string> client_hosts;  // names of which a client certificate must carry one
    bool strict_sni =
        false;  // names that no site of the listener has are refused, as is no name at all
};

}  // namespace berth
