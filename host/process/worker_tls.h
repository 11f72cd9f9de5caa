#pragma once

#include "process/worker.h"
#include "tls/tls_server.h"

#include <memory>

namespace berth {

struct ListenerConfig;

// The TLS side of a listener from the sites behind it; null when none of them has `tls`. alpn: of
// the protocol, NULL-terminated, may be null.
Result<std::unique_ptr<TlsServer>> make_tls_server(const WorkerSetup& setup,
                                                   const ListenerConfig& listener,
                                                   const char* const* alpn);

}  // namespace berth
