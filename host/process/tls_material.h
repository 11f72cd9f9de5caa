#pragma once

#include "config/config.h"
#include "config/diagnostic.h"
#include "tls/certificate_watcher.h"
#include "tls/key_file.h"
#include "tls/tls_settings.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth {

// The bytes of every certificate, key and CA file that a configuration names, read by the
// supervisor while it may still read them; TLS without certificates gets the installation's
// self-signed pair. Inherited over the forks, so zygote and workers need no access to key files.
class TlsMaterial {
public:
    // Reads all of them and reports each one that cannot be used, at its place in the
    // configuration.
    static TlsMaterial load(const Config& config,
                            const KeyFileRules& rules,
                            Diagnostics& diagnostics);

    // What the listener of these sites needs: one entry per site and per name of `tls.names`. Ids
    // are "site" and "site/name".
    std::vector<TlsSite> sites(const Config& config, const ListenerConfig& listener) const;

    // The files of one id, for the supervisor to watch. The same order in every process of a
    // generation: a replacement travels as the index into this list.
    struct Watched {
        std::string id;
        std::vector<KeyPairFiles> files;
        std::vector<TlsKeyPair> current;
    };
    std::vector<Watched> watched(const Config& config) const;

private:
    using Files = std::pair<std::string, std::string>;  // certificate, key
    static Files key_of(const TlsCertificate& certificate);

    void watch(const std::string& id, const TlsSettings& settings, std::vector<Watched>& all) const;
    void add(const TlsSettings& settings, const KeyFileRules& rules, Diagnostics& diagnostics);
    void add_self_signed(const TlsSettings& settings, Diagnostics& diagnostics);
    TlsSite site(const SiteConfig& config, const TlsSettings& settings) const;

    std::map<Files, TlsKeyPair> pairs_;  // {"", ""}: self-signed
    std::map<std::string, std::string> client_cas_;
};

// Key pairs as the text of one control message, and back.
std::string pack_key_pairs(const std::vector<TlsKeyPair>& pairs);
std::vector<TlsKeyPair> unpack_key_pairs(std::string_view text);

}  // namespace berth
