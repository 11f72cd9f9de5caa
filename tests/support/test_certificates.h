#pragma once

#include "tls/openssl.h"
#include "tls/tls_settings.h"

#include <string>
#include <vector>

namespace berth::testing {

struct CertificateRequest {
    std::string common_name = "localhost";
    std::vector<std::string> hosts = {"localhost"};  // alternative names
    bool rsa = false;                                // otherwise P-256
    bool is_authority = false;
    int starts_in_days = -1;
    int ends_in_days = 30;
};

// A certificate and its key, made for one test.
struct TestCertificate {
    CertificateHandle certificate;
    KeyHandle key;

    std::string certificate_pem() const;
    std::string key_pem() const;
    std::string fingerprint() const;  // SHA-256 in hex
    TlsKeyPair pair() const;
};

// issuer: null: signed by itself.
TestCertificate make_certificate(const CertificateRequest& request,
                                 const TestCertificate* issuer = nullptr);

}  // namespace berth::testing
