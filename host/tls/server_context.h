#pragma once

#include "base/result.h"
#include "tls/client_policy.h"
#include "tls/openssl.h"
#include "tls/tls_settings.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

class TicketKeys;
class TlsServer;

// What one site of a listener means to OpenSSL. Sessions keep the SSL_CTX that they began with, so
// new certificates come as a new one.
class ServerContext {
public:
    // tickets: null: its sessions are not resumed.
    static Result<std::unique_ptr<ServerContext>> make(TlsServer& server,
                                                       TlsSite site,
                                                       const TicketKeys* tickets);

    Status replace_key_pairs(const std::vector<TlsKeyPair>& pairs);

    SSL_CTX* get() const { return context_.get(); }
    const TlsSite& site() const { return site_; }
    const ClientPolicy& clients() const { return clients_; }
    const TicketKeys& tickets() const { return *tickets_; }
    TlsServer& server() const { return server_; }

    // Makes a session that was begun with another site's context one of this site.
    bool adopt(SSL* ssl) const;

    // The site that a session has at present.
    static ServerContext& of(const SSL* ssl);

private:
    static constexpr unsigned kPolicyIdSize = 32;  // a SHA-256 hash

    ServerContext(TlsServer& server, TlsSite site, ClientPolicy clients, const TicketKeys* tickets);

    Result<SslContext> build(const std::vector<TlsKeyPair>& pairs);
    bool set_protocol(SSL_CTX* context);
    int min_version() const;

    TlsServer& server_;
    TlsSite site_;
    const ClientPolicy clients_;
    const TicketKeys* const tickets_;
    std::array<unsigned char, kPolicyIdSize>
        policy_id_{};  // of a session: what it was granted under
    SslContext context_;
};

}  // namespace berth
