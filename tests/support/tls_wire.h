#pragma once

#include "net/transport.h"
#include "support/test_certificates.h"
#include "tls/openssl.h"
#include "tls/tls_io.h"
#include "tls/tls_server.h"

#include <memory>
#include <string>

namespace berth::testing {

using SessionHandle = std::unique_ptr<SSL_SESSION, OpensslDeleter<SSL_SESSION_free>>;

// How OpenSSL's own client behaves at the other end of a wire.
struct ClientBehaviour {
    std::string server_name;        // empty: none is sent
    std::vector<std::string> alpn;  // empty: none is offered
    int version = 0;                // TLS1_2_VERSION or TLS1_3_VERSION; 0: both
    const TestCertificate* certificate = nullptr;
    SSL_SESSION* session = nullptr;  // to resume
    std::string ciphers;             // of TLS 1.2
};

// Of a server with one site, "site", that has a certificate.
TlsServer::Options options_of_one_site();

// A connection of a TlsServer's transport with OpenSSL's client over a pair of sockets.
class TlsWire {
public:
    TlsWire(TlsServer& server, TlsIo& io, const ClientBehaviour& behaviour = {});
    ~TlsWire();

    // Both sides until they are done or stuck; whether both are done.
    bool handshake();
    // Alert that the client received, or its own fault, in OpenSSL's words.
    const std::string& client_error() const { return client_error_; }

    // What the server reads; stops at n bytes or when nothing more comes.
    std::string server_reads(size_t n);
    // Everything that the client can read now.
    std::string client_reads();
    bool server_writes(const std::string& bytes);
    bool client_writes(const std::string& bytes);
    // Both directions once; a TLS 1.3 client meets its ticket here.
    bool exchange();

    Transport& server() { return *transport_; }
    int server_fd() const { return fds_[0]; }
    int client_fd() const { return fds_[1]; }
    SSL* client() { return client_.get(); }
    bool resumed() const { return SSL_session_reused(client_.get()) == 1; }
    // The newest session of the client; null without a ticket.
    SSL_SESSION* session() { return session_.get(); }
    std::string peer_common_name() const;
    void drop_server() { transport_.reset(); }

private:
    static int keep_session(SSL* ssl, SSL_SESSION* session);
    bool client_step();

    int fds_[2] = {-1, -1};
    SslContext context_;
    SslHandle client_;
    SessionHandle session_;
    std::unique_ptr<Transport> transport_;
    std::string client_error_;
};

}  // namespace berth::testing
