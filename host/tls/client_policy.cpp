#include "tls/client_policy.h"

#include "tls/parsed_key_pair.h"

#include <algorithm>

namespace berth {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_in_date(const X509* certificate) {
    return X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 &&
           X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

}  // namespace

Result<ClientPolicy> ClientPolicy::make(const TlsSite& site) {
    ClientPolicy policy;
    policy.mode_ = site.client_certificate;
    policy.hosts_ = site.client_hosts;
    for (const std::string& text : site.client_fingerprints) {
        const auto fingerprint = parse_fingerprint(text, site);
        if (!fingerprint) {
            return fingerprint.error();
        }
        policy.fingerprints_.push_back(fingerprint.value());
    }
    if (!site.client_ca_pem.empty()) {
        auto authorities = parse_certificates(site.client_ca_pem, "client CA of " + site.id);
        if (!authorities) {
            return authorities.error();
        }
        policy.authorities_ = std::move(authorities).value();
    }
    if (policy.mode_ != ClientCertificate::kNone && policy.authorities_.empty() &&
        policy.fingerprints_.empty()) {
        return Error{"site '" + site.id +
                     "' asks for client certificates but has neither a client CA nor fingerprints"};
    }
    return policy;
}

void ClientPolicy::install(SSL_CTX* context) const {
    if (mode_ == ClientCertificate::kNone) {
        return;
    }
    for (const CertificateHandle& authority : authorities_) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
        SSL_CTX_add_client_CA(context, authority.get());
    }
    SSL_CTX_set_verify(context, verify_mode(), nullptr);
    // OpenSSL hands the pointer back untouched; verify() only reads through it.
    SSL_CTX_set_cert_verify_callback(context, verify, const_cast<ClientPolicy*>(this));
}

void ClientPolicy::install(SSL* ssl) const {
    SSL_set_verify(ssl, verify_mode(), nullptr);
}

bool ClientPolicy::admits_resumed(const X509* certificate) const {
    if (mode_ == ClientCertificate::kNone) {
        return true;
    }
    if (certificate == nullptr) {
        return mode_ == ClientCertificate::kOptional;
    }
    return is_in_date(certificate) && admits(certificate);
}

int ClientPolicy::verify(X509_STORE_CTX* store, void* policy) {
    const auto& self = *static_cast<const ClientPolicy*>(policy);
    if (!self.authorities_.empty() && X509_verify_cert(store) != 1) {
        return 0;
    }
    const X509* certificate = X509_STORE_CTX_get0_cert(store);
    if (!is_in_date(certificate) || !self.admits(certificate)) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
        return 0;
    }
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

Result<ClientPolicy::Fingerprint> ClientPolicy::parse_fingerprint(const std::string& text,
                                                                  const TlsSite& site) {
    Fingerprint fingerprint{};
    size_t digits = 0;
    for (const char c : text) {
        if (c == ':') {
            continue;
        }
        const int digit = hex_digit(c);
        if (digit < 0 || digits == 2 * fingerprint.size()) {
            digits = 0;
            break;
        }
        unsigned char& byte = fingerprint[digits / 2];
        byte = static_cast<unsigned char>(byte << 4 | digit);
        ++digits;
    }
    if (digits != 2 * fingerprint.size()) {
        return Error{"site '" + site.id + "': '" + text +
                     "' is not a SHA-256 fingerprint (64 hexadecimal digits)"};
    }
    return fingerprint;
}

bool ClientPolicy::admits(const X509* certificate) const {
    Fingerprint fingerprint{};
    if (X509_digest(certificate, EVP_sha256(), fingerprint.data(), nullptr) != 1) {
        return false;
    }
    if (!fingerprints_.empty() &&
        std::find(fingerprints_.begin(), fingerprints_.end(), fingerprint) == fingerprints_.end()) {
        return false;
    }
    // X509_check_host() takes a mutable certificate only to cache what it decodes.
    auto* cached = const_cast<X509*>(certificate);
    return hosts_.empty() ||
           std::any_of(hosts_.begin(), hosts_.end(), [&](const std::string& host) {
               return X509_check_host(cached, host.data(), host.size(), 0, nullptr) == 1;
           });
}

int ClientPolicy::verify_mode() const {
    switch (mode_) {
        case ClientCertificate::kNone:
            return SSL_VERIFY_NONE;
        case ClientCertificate::kOptional:
            return SSL_VERIFY_PEER;
        case ClientCertificate::kRequired:
            return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    }
    return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
}

}  // namespace berth
