#include "plugin/stream_context.h"

#include "plugin/protocol_session.h"

namespace berth {
namespace {

berth_sv view_of(std::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

const berth_conn_info& StreamContext::describe(const ProtocolSession& session,
                                               uint32_t listener,
                                               uint64_t id) {
    const Connection& connection = session.connection();
    const SocketAddress peer = connection.peer();
    const SocketAddress local = connection.local();
    info_ = {};
    info_.h = BERTH_HDR(berth_conn_info);
    info_.peer_ip = view_of(peer.ip_text(peer_));
    info_.local_ip = view_of(local.ip_text(local_));
    info_.peer_port = peer.is_ip() ? peer.port() : uint16_t{0};
    info_.local_port = local.is_ip() ? local.port() : uint16_t{0};
    info_.transport = local.is_unix() ? BERTH_TRANSPORT_UNIX : BERTH_TRANSPORT_TCP;
    info_.listener = listener;
    info_.id = id;
    if (const Transport* transport = connection.transport()) {
        const TlsInfo& tls = transport->info();
        info_.tls = 1;
        info_.alpn = view_of(tls.alpn);
        info_.sni = view_of(tls.server_name);
        info_.tls_version = view_of(tls.version);
        info_.tls_cipher = view_of(tls.cipher);
        info_.tls_site = view_of(tls.site);
        info_.peer_cert_der = view_of(tls.peer_cert_der);
    }
    return info_;
}

std::unique_ptr<Transport> StreamContext::make_transport(const berth_tls_opts& opts,
                                                         TlsServer* server) {
    if (opts.is_server != 0) {
        return server == nullptr ? nullptr : server->accept(tls_io_);
    }
    TlsClient* client = client_for(opts);
    if (client == nullptr) {
        return nullptr;
    }
    std::vector<std::string> alpn;
    for (const char* const* name = opts.alpn; name != nullptr && *name != nullptr; ++name) {
        alpn.emplace_back(*name);
    }
    auto made = client->connect(tls_io_, {opts.server_name.p, opts.server_name.n}, alpn);
    return made.ok() ? std::move(made).value() : nullptr;
}

TlsClient* StreamContext::client_for(const berth_tls_opts& opts) {
    TlsClient::Options wanted;
    wanted.ca_file.assign(opts.ca_file.p == nullptr ? "" : opts.ca_file.p, opts.ca_file.n);
    wanted.verify = opts.verify != 0;
    const ClientKey key{wanted.ca_file, wanted.verify};
    const auto known = clients_.find(key);
    if (known != clients_.end()) {
        return known->second.get();
    }
    auto made = TlsClient::make(wanted);
    if (!made.ok()) {
        return nullptr;
    }
    return clients_.emplace(key, std::move(made).value()).first->second.get();
}

}  // namespace berth
