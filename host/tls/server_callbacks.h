#pragma once

#include "tls/openssl.h"

namespace berth {

// Choice of site and protocol during handshakes of this context, which belongs to a ServerContext,
// and the limit on KeyUpdate. Its sessions belong to TlsTransports.
void install_server_callbacks(SSL_CTX* context);

}  // namespace berth
