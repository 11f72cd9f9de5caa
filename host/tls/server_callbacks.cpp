#include "tls/server_callbacks.h"

#include "tls/client_hello.h"
#include "tls/server_context.h"
#include "tls/tls_server.h"
#include "tls/tls_transport.h"

#include <algorithm>
#include <span>

namespace berth {
namespace {

// Before anything else of the ClientHello is looked at, resumption above all: the site's rules must
// be in force when a ticket is judged.
int choose_site(SSL* ssl, int* alert, void*) {
    std::string_view name;
    const unsigned char* extension = nullptr;
    size_t size = 0;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &extension, &size) == 1) {
        const auto parsed = parse_server_name({extension, size});
        if (!parsed) {
            *alert = SSL_AD_DECODE_ERROR;
            return SSL_CLIENT_HELLO_ERROR;
        }
        name = *parsed;
    }
    const ServerContext* const site = ServerContext::of(ssl).server().context_for(name);
    if (site == nullptr) {
        *alert = SSL_AD_UNRECOGNIZED_NAME;
        return SSL_CLIENT_HELLO_ERROR;
    }
    if (!site->adopt(ssl)) {
        *alert = SSL_AD_INTERNAL_ERROR;
        return SSL_CLIENT_HELLO_ERROR;
    }
    TlsTransport::of(ssl).set_server_name(name, site->site().site);
    return SSL_CLIENT_HELLO_SUCCESS;
}

// Our order decides. Without overlap the handshake ends, so that one protocol's bytes never reach
// another.
int choose_protocol(SSL* ssl,
                    const unsigned char** chosen,
                    unsigned char* chosen_size,
                    const unsigned char* offered,
                    unsigned int offered_size,
                    void*) {
    const auto& ours = ServerContext::of(ssl).server().alpn();
    if (ours.empty()) {
        return SSL_TLSEXT_ERR_NOACK;
    }
    const std::span<const unsigned char> list(offered, offered_size);
    for (const std::string& protocol : ours) {
        // OpenSSL has checked that the list consists of whole entries.
        for (size_t at = 0; at < list.size(); at += size_t{1} + list[at]) {
            const auto entry = list.subspan(at + 1, list[at]);
            if (std::equal(entry.begin(), entry.end(), protocol.begin(), protocol.end())) {
                *chosen = entry.data();
                *chosen_size = static_cast<unsigned char>(entry.size());
                return SSL_TLSEXT_ERR_OK;
            }
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// A KeyUpdate costs work and carries nothing; their number is limited.
void watch_messages(
    int is_written, int, int content_type, const void* bytes, size_t size, SSL* ssl, void*) {
    const auto* const message = static_cast<const unsigned char*>(bytes);
    constexpr size_t kRequestAt = 4;  // RFC 8446 4.6.3: request_update
    const bool is_key_update = is_written == 0 && content_type == SSL3_RT_HANDSHAKE &&
                               size > kRequestAt && message[0] == SSL3_MT_KEY_UPDATE;
    if (is_key_update) {
        TlsTransport::of(ssl).count_key_update(message[kRequestAt] == SSL_KEY_UPDATE_REQUESTED);
    }
}

}  // namespace

void install_server_callbacks(SSL_CTX* context) {
    SSL_CTX_set_client_hello_cb(context, choose_site, nullptr);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    SSL_CTX_set_msg_callback(context, watch_messages);
}

}  // namespace berth
