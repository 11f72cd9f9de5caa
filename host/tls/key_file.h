#pragma once

#include "base/result.h"
#include "tls/tls_settings.h"

#include <sys/types.h>

#include <string>

namespace berth {

// Who may own and read private keys.
struct KeyFileRules {
    uid_t user = 0;           // besides root, the user that started the server
    gid_t service_group = 0;  // may have read permission
};

// A private key: 0600 of root or of the user, or 0640 with the service's group; otherwise the error
// gives the command that mends it.
Result<Secret> read_key_file(const std::string& path, const KeyFileRules& rules);

// Certificates and CA files are public: any readable file up to 1 MiB.
Result<std::string> read_pem_file(const std::string& path);

// Both files; the pair parses and belongs together.
Result<TlsKeyPair> read_key_pair(const std::string& certificate_path,
                                 const std::string& key_path,
                                 const KeyFileRules& rules);

}  // namespace berth
