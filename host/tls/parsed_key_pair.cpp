#include "tls/parsed_key_pair.h"

#include <openssl/pem.h>

namespace berth {
namespace {

// OpenSSL would ask for a passphrase on the terminal.
int refuse_passphrase(char*, int, int, void*) {
    return -1;
}

Result<KeyHandle> parse_key(const TlsKeyPair& pair) {
    const BioHandle bio = bio_of(pair.key_pem.view());
    KeyHandle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_passphrase, nullptr));
    if (key != nullptr) {
        return key;
    }
    if (pair.key_pem.view().find("ENCRYPTED") != std::string_view::npos) {
        ERR_clear_error();
        return Error{"key '" + pair.key_name +
                     "' is encrypted: decrypt it with `openssl pkey -in " + pair.key_name +
                     "`; passphrases are not supported"};
    }
    return openssl_error("key '" + pair.key_name + "' is not a private key in PEM");
}

}  // namespace

Result<std::vector<CertificateHandle>> parse_certificates(std::string_view pem,
                                                          std::string_view name) {
    const BioHandle bio = bio_of(pem);
    std::vector<CertificateHandle> chain;
    ERR_clear_error();
    while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, refuse_passphrase, nullptr)) {
        chain.emplace_back(next);
    }
    // The end of the text is reported as a missing start line; anything else is damage.
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (chain.empty() || !at_end) {
        return openssl_error("'" + std::string(name) + "' is not a list of certificates in PEM");
    }
    ERR_clear_error();
    return chain;
}

Result<ParsedKeyPair> parse_key_pair(const TlsKeyPair& pair) {
    auto chain = parse_certificates(pair.certificate_pem, pair.certificate_name);
    if (!chain) {
        return chain.error();
    }
    auto key = parse_key(pair);
    if (!key) {
        return key.error();
    }
    ParsedKeyPair parsed{std::move(chain).value(), std::move(key).value()};
    if (X509_check_private_key(parsed.chain.front().get(), parsed.key.get()) != 1) {
        ERR_clear_error();
        return Error{"certificate '" + pair.certificate_name + "' and key '" + pair.key_name +
                     "' do not belong together"};
    }
    return parsed;
}

}  // namespace berth
