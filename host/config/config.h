#pragma once
// Contract: plain results of the host's own part of the configuration (helper CONFIG completes it).
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/diagnostic.h"

namespace berth {

// One URL of `listen`. Its scheme, without the final s of TLS, names the protocol.
struct ListenAddress {
    std::string protocol;   // "http"
    bool tls = false;
    std::string host;       // numeric or name; "" = all addresses, both families; empty for Unix sockets
    uint16_t port = 0;      // 0: any free port (printed at start)
    std::string unix_path;  // "http://unix:/run/x.sock"
    bool dual_stack = false;
    Place place;
    std::string text() const;
};

struct TlsCertificate {
    std::string cert_file, key_file;
    Place place;
};

struct TlsSettings {
    std::vector<TlsCertificate> certificates;  // empty: self-signed, made once per installation
    std::string min_version = "1.2";           // "1.2" or "1.3"
    std::string client_ca_file;                // mTLS
    enum class ClientCert { kNone, kOptional, kRequired } client_cert = ClientCert::kNone;
    std::vector<std::string> client_fingerprints;  // SHA-256 hex of the DER
    std::vector<std::string> client_hosts;         // names a client certificate must carry one of
    bool strict_sni = false;                       // unknown names are refused
    Place place;
};

struct SiteConfig {
    std::string name;
    std::vector<ListenAddress> listen;
    std::vector<std::string> hosts;  // lower-case; "*.example.com"; empty: every name
    std::optional<TlsSettings> tls;
    std::vector<std::pair<std::string, TlsSettings>> tls_names;  // per host name (SSL_CONTEXTS)
    std::vector<std::string> allow, deny;                         // CIDRs at accept; empty allow = all
    std::string group = "main";
    bool enabled = true;
    // limits and timeouts of connections (defaults: reliability limits table)
    uint32_t connections_per_address = 1024;
    uint32_t connections_max = 0;  // 0: from RLIMIT_NOFILE
    uint32_t handshakes_max = 512;
    uint32_t handshake_ms = 10'000, send_ms = 30'000;
    uint32_t send_rate_min = 500;
    Place place;
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
};

}  // namespace berth
