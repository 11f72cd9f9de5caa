#pragma once

#include "config/diagnostic.h"
#include "config/raw_node.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth {

// One URL of `listen`. Its scheme, without the final s of TLS, names the protocol.
struct ListenAddress {
    std::string protocol;  // "http"
    bool tls = false;      // "https://..."
    std::string host;  // numeric or name; "" = all addresses, both families; empty for Unix sockets
    uint16_t port = 0;        // 0: any free port (printed at start)
    std::string unix_path;    // "http://unix:/run/x.sock"
    bool dual_stack = false;  // one IPv6 socket that takes IPv4, too
    uint32_t listener = 0;    // index of Config::listeners
    Place place;

    bool is_unix() const { return !unix_path.empty(); }
    // "https://[::1]:8443", "http://unix:/run/x.sock", "http://:80".
    std::string text() const;
    // The same without the scheme: equal for two URLs that need the same socket.
    std::string socket_text() const;
};

// Each half is a file, or PEM text that came from ${cred:} or the environment.
struct TlsCertificate {
    std::string cert_file, key_file;
    std::string cert_pem, key_pem;
    Place place;
};

struct TlsSettings {
    std::vector<TlsCertificate> certificates;  // empty: self-signed, made once per installation
    std::string min_version = "1.2";           // "1.2" or "1.3"
    std::string client_ca_file;                // mTLS
    enum class ClientCert { kNone, kOptional, kRequired } client_cert = ClientCert::kNone;
    std::vector<std::string> client_fingerprints;  // SHA-256 hex of the DER, lower-case, no colons
    std::vector<std::string> client_hosts;         // names a client certificate must carry one of
    bool strict_sni = false;                       // unknown names are refused
    Place place;
};

// What applies to connections before any plugin sees them; the same for all sites of a listener.
struct SiteLimits {
    std::vector<std::string> allow, deny;  // CIDRs at accept; empty allow = all
    uint32_t connections_per_address = 1024;
    uint32_t connections_max = 0;  // 0: from RLIMIT_NOFILE
    uint32_t handshakes_max = 512;
    uint32_t handshake_ms = 10'000, send_ms = 30'000;
    uint32_t send_rate_min = 500;  // bytes per second
    bool count_local = false;      // loopback and Unix peers count for connections_per_address, too

    bool operator==(const SiteLimits&) const = default;
};

struct SiteConfig {
    std::string name;
    std::vector<ListenAddress> listen;
    std::vector<std::string> hosts;  // lower-case; "*.example.com"; empty: every name
    std::optional<TlsSettings> tls;
    std::vector<std::pair<std::string, TlsSettings>> tls_names;  // per host name (SSL_CONTEXTS)
    SiteLimits connections;
    std::string group = "main";
    bool enabled = true;
    RawNode raw;  // the whole site, for the protocol's schema
    Place place;
};

// One socket address of the machine and the sites behind it.
struct ListenerConfig {
    ListenAddress address;
    std::vector<uint32_t> sites;  // indexes of Config::sites, in order of the files; never empty
};

struct MachineConfig {
    std::string workers = "auto";
    unsigned worker_count = 0;  // resolved
    std::string user;
    std::string admin_socket;
    std::string log_level = "info", log_to = "stderr";
    std::vector<std::string> plugin_path;
    std::string poll = "auto";
    int poll_timeout_ms = -1;
    int backlog = 4096;
    uint32_t drain_idle_ms = 5'000, drain_ms = 3'600'000;
    unsigned generations = 3;
    uint32_t stop_ms = 30'000;
    RawNode access_log;  // for sites of protocols that know this key and that have none; null: none
};

// The host's own view of the whole configuration, from one consistent reading of all files.
struct Config {
    MachineConfig machine;
    std::vector<SiteConfig> sites;          // enabled ones only
    std::vector<ListenerConfig> listeners;  // distinct addresses; an index is the listener's id
    std::vector<SourceRef> sources;
    bool one_shot = false;  // settings of plugins may come from environment variables
};

}  // namespace berth
