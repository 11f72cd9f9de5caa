#include "support/tls_wire.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace berth::testing {
namespace {

constexpr int kStuckRounds = 20'000;

SslContext make_client_context(const ClientBehaviour& behaviour) {
    SslContext context(SSL_CTX_new(TLS_client_method()));
    if (behaviour.version != 0) {
        SSL_CTX_set_min_proto_version(context.get(), behaviour.version);
        SSL_CTX_set_max_proto_version(context.get(), behaviour.version);
    }
    if (!behaviour.ciphers.empty()) {
        SSL_CTX_set_cipher_list(context.get(), behaviour.ciphers.c_str());
    }
    if (behaviour.certificate != nullptr) {
        SSL_CTX_use_certificate(context.get(), behaviour.certificate->certificate.get());
        SSL_CTX_use_PrivateKey(context.get(), behaviour.certificate->key.get());
    }
    SSL_CTX_set_session_cache_mode(context.get(),
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    return context;
}

std::string alpn_list(const std::vector<std::string>& protocols) {
    std::string list;
    for (const std::string& protocol : protocols) {
        list += static_cast<char>(protocol.size());
        list += protocol;
    }
    return list;
}

}  // namespace

TlsServer::Options options_of_one_site() {
    TlsServer::Options options;
    options.sites.emplace_back();
    options.sites.back().id = "site";
    options.sites.back().key_pairs.push_back(make_certificate({}).pair());
    return options;
}

TlsWire::TlsWire(TlsServer& server, TlsIo& io, const ClientBehaviour& behaviour)
    : context_(make_client_context(behaviour)), transport_(server.accept(io)) {
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds_) != 0) {
        throw std::runtime_error("no socket pair");
    }
    SSL_CTX_sess_set_new_cb(context_.get(), keep_session);
    client_.reset(SSL_new(context_.get()));
    SSL_set_app_data(client_.get(), this);
    SSL_set_fd(client_.get(), fds_[1]);
    SSL_set_connect_state(client_.get());
    if (!behaviour.server_name.empty()) {
        SSL_ctrl(client_.get(),
                 SSL_CTRL_SET_TLSEXT_HOSTNAME,
                 TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(behaviour.server_name.c_str()));
    }
    const std::string alpn = alpn_list(behaviour.alpn);
    if (!alpn.empty()) {
        SSL_set_alpn_protos(client_.get(),
                            reinterpret_cast<const unsigned char*>(alpn.data()),
                            static_cast<unsigned>(alpn.size()));
    }
    if (behaviour.session != nullptr) {
        SSL_set_session(client_.get(), behaviour.session);
    }
}

TlsWire::~TlsWire() {
    transport_.reset();
    client_.reset();
    close(fds_[0]);
    close(fds_[1]);
}

bool TlsWire::handshake() {
    bool client_done = false;
    IoStatus server = IoStatus::kAgain;
    for (int round = 0; round < kStuckRounds && !(client_done && server == IoStatus::kOk);
         ++round) {
        client_done = client_step();
        if (!client_error_.empty()) {
            return false;
        }
        if (server == IoStatus::kAgain) {
            server = transport_->handshake(fds_[0]);
        }
        if (server == IoStatus::kFailed) {
            client_step();
            return false;
        }
        transport_->flush(fds_[0]);
    }
    return client_done && server == IoStatus::kOk;
}

std::string TlsWire::server_reads(size_t n) {
    std::string got;
    std::string room(64 * 1024, '\0');
    for (int round = 0; round < kStuckRounds && got.size() < n; ++round) {
        const IoResult read = transport_->read(
            fds_[0],
            {reinterpret_cast<uint8_t*>(room.data()), std::min(room.size(), n - got.size())});
        if (read.status == IoStatus::kEnd || read.status == IoStatus::kFailed) {
            break;
        }
        got.append(room, 0, read.bytes);
    }
    return got;
}

std::string TlsWire::client_reads() {
    std::string got;
    char room[16 * 1024];
    for (;;) {
        ERR_clear_error();
        const int n = SSL_read(client_.get(), room, sizeof room);
        if (n > 0) {
            got.append(room, static_cast<size_t>(n));
            continue;
        }
        const int error = SSL_get_error(client_.get(), n);
        if (error == SSL_ERROR_SSL) {
            client_error_ = openssl_reason();
        }
        return got;
    }
}

bool TlsWire::server_writes(const std::string& bytes) {
    const iovec segment{const_cast<char*>(bytes.data()), bytes.size()};
    const IoResult written = transport_->write(fds_[0], {&segment, 1});
    return written.bytes == bytes.size() && transport_->flush(fds_[0]) == IoStatus::kOk;
}

bool TlsWire::client_writes(const std::string& bytes) {
    ERR_clear_error();
    return SSL_write(client_.get(), bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
}

bool TlsWire::exchange() {
    if (!client_writes("question") || server_reads(8) != "question") {
        return false;
    }
    // A socket that takes little at a time is full before all is sent.
    bool sent = server_writes("answer");
    std::string answer = client_reads();
    for (int round = 0; round < kStuckRounds && !sent; ++round) {
        sent = transport_->flush(fds_[0]) == IoStatus::kOk;
        answer += client_reads();
    }
    return sent && answer == "answer";
}

std::string TlsWire::peer_common_name() const {
    const X509* const certificate = SSL_get0_peer_certificate(client_.get());
    if (certificate == nullptr) {
        return {};
    }
    char name[256];
    X509_NAME_get_text_by_NID(
        X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    return name;
}

int TlsWire::keep_session(SSL* ssl, SSL_SESSION* session) {
    static_cast<TlsWire*>(SSL_get_app_data(ssl))->session_.reset(session);
    return 1;
}

bool TlsWire::client_step() {
    ERR_clear_error();
    const int result = SSL_do_handshake(client_.get());
    if (result == 1) {
        // A TLS 1.3 server may still refuse the client's certificate.
        char nothing = 0;
        SSL_peek(client_.get(), &nothing, 1);
    } else if (SSL_get_error(client_.get(), result) == SSL_ERROR_WANT_READ) {
        return false;
    }
    if (ERR_peek_error() != 0) {
        client_error_ = openssl_reason();
    }
    return result == 1 && client_error_.empty();
}

}  // namespace berth::testing
