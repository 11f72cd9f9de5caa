#include "support/test_certificates.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>

namespace berth::testing {
namespace {

constexpr long kDayS = 24 * 3600;

std::string text_of(const BioHandle& bio) {
    char* bytes = nullptr;
    const long size = BIO_ctrl(bio.get(), BIO_CTRL_INFO, 0, &bytes);
    return {bytes, static_cast<size_t>(size)};
}

void require(bool done) {
    if (!done) {
        throw std::runtime_error("test certificate: " + openssl_reason());
    }
}

void add_extension(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

KeyHandle make_key(bool rsa) {
    return KeyHandle(rsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{2048})
                         : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
}

}  // namespace

std::string TestCertificate::certificate_pem() const {
    const BioHandle bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate.get());
    return text_of(bio);
}

std::string TestCertificate::key_pem() const {
    const BioHandle bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(bio);
}

std::string TestCertificate::fingerprint() const {
    unsigned char hash[32];
    X509_digest(certificate.get(), EVP_sha256(), hash, nullptr);
    std::string hex;
    for (const unsigned char byte : hash) {
        constexpr char kDigits[] = "0123456789abcdef";
        hex += kDigits[byte >> 4];
        hex += kDigits[byte & 15];
    }
    return hex;
}

TlsKeyPair TestCertificate::pair() const {
    return {certificate_pem(), Secret(key_pem()), "test.pem", "test.key"};
}

TestCertificate make_certificate(const CertificateRequest& request, const TestCertificate* issuer) {
    static long serial = 1;
    TestCertificate made{CertificateHandle(X509_new()), make_key(request.rsa)};
    X509* const certificate = made.certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate), request.starts_in_days * kDayS);
    X509_gmtime_adj(X509_getm_notAfter(certificate), request.ends_in_days * kDayS);
    X509_set_pubkey(certificate, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate),
                               "CN",
                               MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(request.common_name.c_str()),
                               -1,
                               -1,
                               0);
    const TestCertificate& signer = issuer != nullptr ? *issuer : made;
    X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get()));
    add_extension(certificate,
                  NID_basic_constraints,
                  request.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    std::string names;
    for (const std::string& host : request.hosts) {
        names += (names.empty() ? "DNS:" : ",DNS:") + host;
    }
    if (!names.empty()) {
        add_extension(certificate, NID_subject_alt_name, names);
    }
    require(X509_sign(certificate, signer.key.get(), EVP_sha256()) > 0);
    return made;
}

}  // namespace berth::testing
