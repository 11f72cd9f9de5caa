#pragma once

#include "base/result.h"
#include "tls/openssl.h"
#include "tls/tls_settings.h"

#include <array>
#include <string>
#include <vector>

namespace berth {

// Which client certificates a site takes: signed by its CAs, among its fingerprints, for one of its
// hosts, each where it is asked for.
class ClientPolicy {
public:
    static Result<ClientPolicy> make(const TlsSite& site);

    // Asks clients for certificates as the policy says; `this` must outlive the context's sessions.
    void install(SSL_CTX* context) const;
    // For a session that was made from another context.
    void install(SSL* ssl) const;

    // A resumed session was verified long ago: what may have changed since is decided again.
    // certificate: null when the client had none.
    bool admits_resumed(const X509* certificate) const;

private:
    using Fingerprint = std::array<unsigned char, 32>;

    static int verify(X509_STORE_CTX* store, void* policy);
    static Result<Fingerprint> parse_fingerprint(const std::string& text, const TlsSite& site);

    bool admits(const X509* certificate) const;
    int verify_mode() const;

    ClientCertificate mode_ = ClientCertificate::kNone;
    std::vector<CertificateHandle> authorities_;
    std::vector<Fingerprint> fingerprints_;
    std::vector<std::string> hosts_;
};

}  // namespace berth
