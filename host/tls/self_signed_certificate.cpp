#include "tls/self_signed_certificate.h"

#include "tls/parsed_key_pair.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cctype>

namespace berth {
namespace {

constexpr int64_t kDayS = 24 * 3600;
constexpr int64_t kClockSkewS = 3600;
constexpr size_t kCommonNameMax = 64;

// What may stand in an extension's text; everything else would need quoting there.
bool is_plain_host(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '.';
    });
}

std::string alternative_names(const std::string& host_name) {
    std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
    if (is_plain_host(host_name) && host_name != "localhost") {
        names += ",DNS:" + host_name;
    }
    return names;
}

bool add_extension(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
    uint64_t serial = 0;
    return RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1 &&
           ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1;
}

bool set_subject(X509* certificate, const std::string& host_name) {
    const bool usable = is_plain_host(host_name) && host_name.size() <= kCommonNameMax;
    const std::string common = usable ? host_name : "localhost";
    X509_NAME* const name = X509_get_subject_name(certificate);
    return X509_NAME_add_entry_by_txt(name,
                                      "CN",
                                      MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(common.data()),
                                      static_cast<int>(common.size()),
                                      -1,
                                      0) == 1 &&
           X509_set_issuer_name(certificate, name) == 1;
}

bool set_dates(X509* certificate, int64_t now_s) {
    return ASN1_TIME_set(X509_getm_notBefore(certificate), now_s - kClockSkewS) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), now_s + kSelfSignedDays * kDayS) !=
               nullptr;
}

bool fill(X509* certificate, EVP_PKEY* key, const std::string& host_name, int64_t now_s) {
    return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
           set_subject(certificate, host_name) && set_dates(certificate, now_s) &&
           X509_set_pubkey(certificate, key) == 1 &&
           add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
           add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
           add_extension(certificate, NID_subject_key_identifier, "hash") &&
           add_extension(certificate, NID_subject_alt_name, alternative_names(host_name)) &&
           X509_sign(certificate, key, EVP_sha256()) > 0;
}

std::string text_of(BIO* bio) {
    char* bytes = nullptr;
    const long size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &bytes);
    return {bytes, static_cast<size_t>(size)};
}

}  // namespace

Result<TlsKeyPair> make_self_signed(const std::string& host_name, int64_t now_s) {
    const KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
    const CertificateHandle certificate(X509_new());
    // Secure memory is overwritten when it is freed.
    const BioHandle key_text(BIO_new(BIO_s_secmem()));
    const BioHandle certificate_text(BIO_new(BIO_s_mem()));
    const bool made = key != nullptr && certificate != nullptr && key_text != nullptr &&
                      certificate_text != nullptr &&
                      fill(certificate.get(), key.get(), host_name, now_s) &&
                      PEM_write_bio_PrivateKey(
                          key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
                      PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1;
    if (!made) {
        return openssl_error("no self-signed certificate");
    }
    return TlsKeyPair{text_of(certificate_text.get()),
                      Secret(text_of(key_text.get())),
                      "self-signed certificate",
                      "self-signed key"};
}

bool is_fresh_self_signed(const TlsKeyPair& pair, const std::string& host_name, int64_t now_s) {
    const auto parsed = parse_key_pair(pair);
    if (!parsed) {
        return false;
    }
    X509* const certificate = parsed.value().chain.front().get();
    time_t now = now_s;
    time_t half_life_on = now_s + kSelfSignedDays * kDayS / 2;
    const bool named =
        !is_plain_host(host_name) ||
        X509_check_host(certificate, host_name.data(), host_name.size(), 0, nullptr) == 1;
    return named && X509_cmp_time(X509_get0_notBefore(certificate), &now) < 0 &&
           X509_cmp_time(X509_get0_notAfter(certificate), &half_life_on) > 0;
}

}  // namespace berth
