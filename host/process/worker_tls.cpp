#include "process/worker_tls.h"

#include "process/tls_material.h"
#include "tls/ticket_keys.h"

namespace berth {

Result<std::unique_ptr<TlsServer>> make_tls_server(const WorkerSetup& setup,
                                                   const ListenerConfig& listener,
                                                   const char* const* alpn) {
    TlsServer::Options options;
    options.sites = setup.tls->sites(*setup.config, listener);
    if (options.sites.empty()) {
        return std::unique_ptr<TlsServer>();
    }
    for (; alpn != nullptr && *alpn != nullptr; ++alpn) {
        options.alpn.emplace_back(*alpn);
    }
    options.tickets = setup.tickets;
    return TlsServer::make(std::move(options));
}

}  // namespace berth
