#pragma once

#include "base/result.h"
#include "tls/tls_settings.h"

#include <cstdint>
#include <string>

namespace berth {

// Where an installation keeps its own certificate: /var/lib/berth/tls for root, otherwise
// $XDG_STATE_HOME/berth/tls or ~/.local/state/berth/tls.
std::string tls_state_folder(bool root);

// The installation's self-signed P-256 certificate for localhost, host_name, 127.0.0.1 and ::1.
// Read from state_folder, or made there (0600, 397 days) when it is missing, damaged, past half
// its life or for another host name.
Result<TlsKeyPair> self_signed_key_pair(const std::string& state_folder,
                                        const std::string& host_name,
                                        int64_t now_s);

}  // namespace berth
