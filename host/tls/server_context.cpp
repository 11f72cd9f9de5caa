#include "tls/server_context.h"

#include "tls/parsed_key_pair.h"
#include "tls/server_callbacks.h"
#include "tls/session_tickets.h"

namespace berth {
namespace {

// AES-128 first: as strong as the rest of the handshake and the cheapest.
constexpr char kCiphers13[] =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr char kCiphers12[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr char kGroups[] = "X25519:P-256:P-384";
constexpr long kSessionSeconds = 24 * 3600;

constexpr uint64_t kOptions = SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                              SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA;
// NO_AUTO_CHAIN: the chain is what the file holds, not searched anew for each handshake.
constexpr long kModes =
    SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN;

// Hashes fields one after another, each with its length so that no two lists of fields look alike.
class FieldHash {
public:
    FieldHash() : context_(EVP_MD_CTX_new()) {
        EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
    }

    void add(std::string_view field) {
        const uint64_t size = field.size();
        EVP_DigestUpdate(context_.get(), &size, sizeof size);
        EVP_DigestUpdate(context_.get(), field.data(), field.size());
    }

    void add(const std::vector<std::string>& fields) {
        add(std::to_string(fields.size()));
        for (const std::string& field : fields) {
            add(field);
        }
    }

    std::array<unsigned char, 32> finish() {
        std::array<unsigned char, 32> hash{};
        EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr);
        return hash;
    }

private:
    DigestContext context_;
};

Status load(SSL_CTX* context, const TlsKeyPair& pair) {
    const auto parsed = parse_key_pair(pair);
    if (!parsed) {
        return parsed.error();
    }
    const auto& chain = parsed.value().chain;
    if (SSL_CTX_use_certificate(context, chain.front().get()) != 1 ||
        SSL_CTX_use_PrivateKey(context, parsed.value().key.get()) != 1) {
        return openssl_error("certificate '" + pair.certificate_name + "' cannot be used");
    }
    for (size_t i = 1; i < chain.size(); ++i) {
        if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) {
            return openssl_error("chain of '" + pair.certificate_name + "' cannot be used");
        }
    }
    return Done{};
}

}  // namespace

Result<std::unique_ptr<ServerContext>> ServerContext::make(TlsServer& server,
                                                           TlsSite site,
                                                           const TicketKeys* tickets) {
    if (site.min_version != "1.2" && site.min_version != "1.3") {
        return Error{"site '" + site.id + "': TLS version '" + site.min_version +
                     "' is neither 1.2 nor 1.3"};
    }
    auto clients = ClientPolicy::make(site);
    if (!clients) {
        return clients.error();
    }
    // The context keeps the keys; no second copy of them stays.
    const std::vector<TlsKeyPair> pairs = std::exchange(site.key_pairs, {});
    std::unique_ptr<ServerContext> made(
        new ServerContext(server, std::move(site), std::move(clients).value(), tickets));
    if (auto replaced = made->replace_key_pairs(pairs); !replaced) {
        return replaced.error();
    }
    return made;
}

ServerContext::ServerContext(TlsServer& server,
                             TlsSite site,
                             ClientPolicy clients,
                             const TicketKeys* tickets)
    : server_(server), site_(std::move(site)), clients_(std::move(clients)), tickets_(tickets) {
    // What a session was granted under. A ticket from a site with other rules is no ticket here.
    FieldHash hash;
    hash.add("berth session policy 1");
    hash.add(site_.min_version);
    hash.add(std::to_string(static_cast<int>(site_.client_certificate)));
    hash.add(site_.client_ca_pem);
    hash.add(site_.client_fingerprints);
    hash.add(site_.client_hosts);
    policy_id_ = hash.finish();
}

Status ServerContext::replace_key_pairs(const std::vector<TlsKeyPair>& pairs) {
    auto context = build(pairs);
    if (!context) {
        return context.error();
    }
    context_ = std::move(context).value();
    return Done{};
}

bool ServerContext::adopt(SSL* ssl) const {
    if (SSL_get_SSL_CTX(ssl) == context_.get()) {
        return true;
    }
    // SSL_set_SSL_CTX() brings the certificates and CAs; the rest of a site's rules are the
    // session's own.
    clients_.install(ssl);
    return SSL_set_SSL_CTX(ssl, context_.get()) != nullptr &&
           SSL_set_min_proto_version(ssl, min_version()) == 1 &&
           SSL_set_session_id_context(ssl, policy_id_.data(), kPolicyIdSize) == 1;
}

ServerContext& ServerContext::of(const SSL* ssl) {
    return *static_cast<ServerContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
}

Result<SslContext> ServerContext::build(const std::vector<TlsKeyPair>& pairs) {
    if (pairs.empty()) {
        return Error{"site '" + site_.id + "' has no certificate"};
    }
    SslContext context(SSL_CTX_new(TLS_server_method()));
    if (context == nullptr || !set_protocol(context.get())) {
        return openssl_error("site '" + site_.id + "': no TLS context");
    }
    for (const TlsKeyPair& pair : pairs) {
        if (auto loaded = load(context.get(), pair); !loaded) {
            return Error{"site '" + site_.id + "': " + loaded.error().message};
        }
    }
    clients_.install(context.get());
    install_server_callbacks(context.get());
    install_session_tickets(context.get(), tickets_);
    return context;
}

bool ServerContext::set_protocol(SSL_CTX* context) {
    SSL_CTX_set_app_data(context, this);
    SSL_CTX_set_options(context, kOptions);
    SSL_CTX_set_mode(context, kModes);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_timeout(context, kSessionSeconds);
    return SSL_CTX_set_min_proto_version(context, min_version()) == 1 &&
           SSL_CTX_set_ciphersuites(context, kCiphers13) == 1 &&
           SSL_CTX_set_cipher_list(context, kCiphers12) == 1 &&
           SSL_CTX_set1_groups_list(context, kGroups) == 1 &&
           SSL_CTX_set_session_id_context(context, policy_id_.data(), kPolicyIdSize) == 1;
}

int ServerContext::min_version() const {
    return site_.min_version == "1.3" ? TLS1_3_VERSION : TLS1_2_VERSION;
}

}  // namespace berth
