// proxy_protocol: learns from the proxy in front who the client of a connection is.
#include "berth_plugin_info.h"
#include "proxy_header.h"

#include "berth/cpp/address.hpp"
#include "berth/cpp/conn_filter.hpp"
#include "berth/cpp/plugin.hpp"

namespace {

using berth::proxy_protocol::ProxyHeader;
using berth::sdk::Config;
using Module = berth::sdk::ModuleBase;

// One `proxy_protocol:` of a site file, in one worker.
class ProxyProtocol {
public:
    static constexpr uint32_t kBytesMax = berth::proxy_protocol::kVersion2Max;
    static constexpr uint32_t kTimeoutMs = 3000;

    explicit ProxyProtocol(const Module&) {}

    berth_status configure(const Config& config) {
        for (const Config version : config["versions"]) {
            versions_ |= static_cast<unsigned>(version.integer());
        }
        return berth::sdk::read_networks(config["trusted"], &trusted_);
    }

    // A Unix socket is the proxy's: the mode of its file decides who connects.
    berth_status on_accept(berth_conn& conn) {
        const bool trusted = berth::sdk::is_no_ip(conn.peer) || trusted_.contains(conn.peer);
        return trusted ? BERTH_MORE : BERTH_DECLINED;
    }

    berth_status on_bytes(berth_conn& conn, std::string_view bytes, size_t& used) const {
        const ProxyHeader header = berth::proxy_protocol::parse_proxy_header(bytes, versions_);
        if (header.outcome == ProxyHeader::Outcome::kMore) {
            return BERTH_MORE;
        }
        if (header.outcome == ProxyHeader::Outcome::kBad) {
            return BERTH_DECLINED;
        }
        used = header.size;
        if (header.has_source) {
            conn.peer = header.source;
            conn.peer_port = header.source_port;
        }
        return BERTH_OK;
    }

private:
    berth::sdk::Networks trusted_;
    unsigned versions_ = 0;  // 1 and 2 are their own bits
};

constexpr berth_factory kProxyProtocol =
    berth::sdk::conn_filter<ProxyProtocol, Module>({"proxy_protocol",
                                                    berth_schema_proxy_protocol,
                                                    "reads the PROXY header of a trusted proxy",
                                                    BERTH_FAC_FAIL_CLOSED});

constexpr const char* kRequired[] = {BERTH_CONFIG_EXT, nullptr};
constexpr berth_module kModule = berth::sdk::make_module<Module, kProxyProtocol>(
    BERTH_ABOUT("Berth", "Apache-2.0", "Reads the PROXY header of a trusted proxy"), kRequired);

}  // namespace

BERTH_PLUGIN(kModule)
