#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "config/diagnostic.h"
#include "tls/key_file.h"
#include "tls/tls_settings.h"

namespace berth {

// The bytes of every certificate, key and CA file that a configuration names, read by the supervisor while
// it may still read them; TLS without certificates gets the installation's self-signed pair. Inherited over
// the forks, so zygote and workers need no access to key files.
class TlsMaterial {
public:
    // Reads all of them and reports each one that cannot be used, at its place in the configuration.
    static TlsMaterial load(const Config& config, const KeyFileRules& rules, Diagnostics& diagnostics);

    // What the listener of these sites needs: one entry per site and per name of `tls.names`. Ids are
    // "site" and "site/name".
    std::vector<TlsSite> sites(const Config& config, const ListenerConfig& listener) const;

private:
    using Files = std::pair<std::string, std::string>;  // certificate, key

    void add(const TlsSettings& settings, const KeyFileRules& rules, Diagnostics& diagnostics);
    void add_self_signed(const TlsSettings& settings, Diagnostics& diagnostics);
    TlsSite site(const SiteConfig& config, const TlsSettings& settings) const;

    std::map<Files, TlsKeyPair> pairs_;  // {"", ""}: self-signed
    std::map<std::string, std::string> client_cas_;
};

}  // namespace berth
