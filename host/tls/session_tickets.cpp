#include "tls/session_tickets.h"

#include "tls/server_context.h"
#include "tls/ticket_keys.h"

#include <openssl/core_names.h>
#include <openssl/rand.h>

#include <cstring>

namespace berth {
namespace {

constexpr int kFailed = -1;
constexpr int kNoTicket = 0;
constexpr int kUse = 1;
constexpr int kUseAndRenew = 2;

// SHA-256 over the ticket, as RFC 5077 recommends: OpenSSL wants the cipher and the MAC apart.
bool start_mac(EVP_MAC_CTX* mac, TicketKey& key) {
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.hmac.data(), key.hmac.size()),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

int seal(const TicketKeys& keys,
         unsigned char* name,
         unsigned char* iv,
         EVP_CIPHER_CTX* cipher,
         EVP_MAC_CTX* mac) {
    auto key = keys.newest();
    if (!key) {
        return kNoTicket;
    }
    std::memcpy(name, key->name.data(), key->name.size());
    const EVP_CIPHER* const aes = EVP_aes_256_cbc();
    const bool ready = RAND_bytes(iv, EVP_CIPHER_get_iv_length(aes)) == 1 &&
                       EVP_EncryptInit_ex(cipher, aes, nullptr, key->aes.data(), iv) == 1 &&
                       start_mac(mac, *key);
    return ready ? kUse : kFailed;
}

int unseal(const TicketKeys& keys,
           const unsigned char* name,
           const unsigned char* iv,
           EVP_CIPHER_CTX* cipher,
           EVP_MAC_CTX* mac) {
    auto found = keys.find(name);
    if (!found) {
        return kNoTicket;
    }
    const bool ready =
        start_mac(mac, found->key) &&
        EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, found->key.aes.data(), iv) == 1;
    if (!ready) {
        return kFailed;
    }
    return found->is_newest ? kUse : kUseAndRenew;
}

// OpenSSL's ticket callback: sets up cipher and MAC for a ticket made (encrypt) or presented.
int set_up_ticket(SSL* ssl,
                  unsigned char* name,
                  unsigned char* iv,
                  EVP_CIPHER_CTX* cipher,
                  EVP_MAC_CTX* mac,
                  int encrypt) {
    const TicketKeys& keys = ServerContext::of(ssl).tickets();
    return encrypt != 0 ? seal(keys, name, iv, cipher, mac) : unseal(keys, name, iv, cipher, mac);
}

// Decides about the session in a ticket that was presented. Refusing it means a full handshake.
SSL_TICKET_RETURN judge_ticket(
    SSL* ssl, SSL_SESSION* session, const unsigned char*, size_t, SSL_TICKET_STATUS status, void*) {
    const bool decrypted = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW;
    if (!decrypted ||
        !ServerContext::of(ssl).clients().admits_resumed(SSL_SESSION_get0_peer(session))) {
        return SSL_TICKET_RETURN_IGNORE_RENEW;
    }
    // TLS 1.3 clients use a ticket once, so that connections cannot be linked (RFC 8446 C.4).
    const bool renew = status == SSL_TICKET_SUCCESS_RENEW || SSL_version(ssl) == TLS1_3_VERSION;
    return renew ? SSL_TICKET_RETURN_USE_RENEW : SSL_TICKET_RETURN_USE;
}

}  // namespace

void install_session_tickets(SSL_CTX* context, const TicketKeys* keys) {
    if (keys == nullptr) {
        SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
        SSL_CTX_set_num_tickets(context, 0);
        return;
    }
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_tlsext_ticket_key_evp_cb(context, set_up_ticket);
    SSL_CTX_set_session_ticket_cb(context, nullptr, judge_ticket, nullptr);
}

}  // namespace berth
