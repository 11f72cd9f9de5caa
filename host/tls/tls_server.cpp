#include "tls/tls_server.h"

#include "tls/openssl.h"
#include "tls/server_context.h"
#include "tls/server_names.h"
#include "tls/tls_io.h"
#include "tls/tls_transport.h"

namespace berth {
namespace {

constexpr size_t kProtocolNameMax = 255;

}  // namespace

Result<std::unique_ptr<TlsServer>> TlsServer::make(Options options) {
    if (options.sites.empty()) {
        return Error{"a TLS listener needs at least one site"};
    }
    for (const std::string& protocol : options.alpn) {
        if (protocol.empty() || protocol.size() > kProtocolNameMax) {
            return Error{"'" + protocol + "' is not a protocol name for ALPN"};
        }
    }
    std::unique_ptr<TlsServer> server(new TlsServer(std::move(options.alpn)));
    for (TlsSite& site : options.sites) {
        if (auto added = server->add(std::move(site), options.tickets); !added) {
            return added.error();
        }
    }
    return server;
}

TlsServer::TlsServer(std::vector<std::string> alpn)
    : alpn_(std::move(alpn)), names_(std::make_unique<ServerNames>()) {}

TlsServer::~TlsServer() = default;

std::unique_ptr<Transport> TlsServer::accept(TlsIo& io) {
    SslHandle ssl(SSL_new(contexts_[default_]->get()));
    if (ssl == nullptr) {
        ERR_clear_error();
        return nullptr;
    }
    SSL_set_accept_state(ssl.get());
    return TlsTransport::make(std::move(ssl), io);
}

Status TlsServer::replace_key_pairs(std::string_view site_id,
                                    const std::vector<TlsKeyPair>& pairs) {
    for (const auto& context : contexts_) {
        if (context->site().id == site_id) {
            return context->replace_key_pairs(pairs);
        }
    }
    return Error{"no site '" + std::string(site_id) + "' with TLS"};
}

const ServerContext* TlsServer::context_for(std::string_view server_name) const {
    if (const auto found = names_->find(server_name)) {
        return contexts_[*found].get();
    }
    return refuses_unknown_ ? nullptr : contexts_[default_].get();
}

Status TlsServer::add(TlsSite site, const TicketKeys* tickets) {
    const bool takes_every_name = site.hosts.empty();
    const bool strict = site.strict_sni;
    const size_t index = contexts_.size();
    auto context = ServerContext::make(*this, std::move(site), tickets);
    if (!context) {
        return context.error();
    }
    contexts_.push_back(std::move(context).value());
    for (const std::string& host : contexts_.back()->site().hosts) {
        names_->add(host, index);
    }
    if (takes_every_name && !has_default_) {
        default_ = index;
        has_default_ = true;
        refuses_unknown_ = strict;
    }
    if (!has_default_ && strict) {
        refuses_unknown_ = true;
    }
    return Done{};
}

}  // namespace berth
