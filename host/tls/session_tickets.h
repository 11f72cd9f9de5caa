#pragma once

#include "tls/openssl.h"

namespace berth {

class TicketKeys;

// Lets sessions of this server context be resumed with tickets under the machine's keys; without
// keys none are. The context belongs to a ServerContext.
void install_session_tickets(SSL_CTX* context, const TicketKeys* keys);

}  // namespace berth
