#include "tls/tls_client.h"

#include "tls/openssl.h"
#include "tls/tls_io.h"
#include "tls/tls_transport.h"

#include <algorithm>

namespace berth {
namespace {

constexpr size_t kProtocolNameMax = 255;

// An address is not sent as SNI, and is looked for among the certificate's addresses.
bool is_address(const std::string& name) {
    ASN1_OCTET_STRING* const address = a2i_IPADDRESS(name.c_str());
    ASN1_OCTET_STRING_free(address);
    ERR_clear_error();
    return address != nullptr;
}

bool set_address(SSL* ssl, const std::string& address, bool verify) {
    return !verify || X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), address.c_str()) == 1;
}

bool set_host(SSL* ssl, const std::string& host, bool verify) {
    char* const host_name = const_cast<char*>(host.c_str());
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // SSL_set_tlsext_host_name(), whose macro is in C.
    return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host_name) == 1 &&
           (!verify || SSL_set1_host(ssl, host.c_str()) == 1);
}

bool set_alpn(SSL* ssl, std::span<const std::string> protocols) {
    std::string list;
    for (const std::string& protocol : protocols) {
        if (protocol.empty() || protocol.size() > kProtocolNameMax) {
            return false;
        }
        list += static_cast<char>(protocol.size());
        list += protocol;
    }
    // Unlike the rest of OpenSSL this one returns 0 for success.
    return list.empty() || SSL_set_alpn_protos(ssl,
                                               reinterpret_cast<const unsigned char*>(list.data()),
                                               static_cast<unsigned>(list.size())) == 0;
}

}  // namespace

struct TlsClient::Context {
    SslContext ssl;
    bool verify;
};

Result<std::unique_ptr<TlsClient>> TlsClient::make(const Options& options) {
    SslContext context(SSL_CTX_new(TLS_client_method()));
    if (context == nullptr || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) {
        return openssl_error("no TLS context for clients");
    }
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context.get(), options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    if (options.verify && options.ca_file.empty() &&
        SSL_CTX_set_default_verify_paths(context.get()) != 1) {
        return openssl_error("the system's certificate authorities cannot be read");
    }
    if (options.verify && !options.ca_file.empty() &&
        SSL_CTX_load_verify_file(context.get(), options.ca_file.c_str()) != 1) {
        return openssl_error("CA file '" + options.ca_file + "' cannot be used");
    }
    return std::unique_ptr<TlsClient>(
        new TlsClient(std::make_unique<Context>(Context{std::move(context), options.verify})));
}

TlsClient::TlsClient(std::unique_ptr<Context> context) : context_(std::move(context)) {}

TlsClient::~TlsClient() = default;

Result<std::unique_ptr<Transport>> TlsClient::connect(TlsIo& io,
                                                      std::string_view server_name,
                                                      std::span<const std::string> alpn) {
    const std::string name(server_name);
    if (name.empty() && context_->verify) {
        return Error{"a TLS client that verifies needs the server's name"};
    }
    SslHandle ssl(SSL_new(context_->ssl.get()));
    if (ssl == nullptr) {
        return openssl_error("no TLS session");
    }
    SSL_set_connect_state(ssl.get());
    const bool named =
        name.empty() || (is_address(name) ? set_address(ssl.get(), name, context_->verify)
                                          : set_host(ssl.get(), name, context_->verify));
    if (!named) {
        return openssl_error("'" + name + "' cannot be a server's name");
    }
    if (!set_alpn(ssl.get(), alpn)) {
        return openssl_error("a protocol name for ALPN has 1 to 255 bytes");
    }
    std::unique_ptr<Transport> transport = TlsTransport::make(std::move(ssl), io);
    if (transport == nullptr) {
        return Error{"no memory for a TLS session"};
    }
    return transport;
}

}  // namespace berth
