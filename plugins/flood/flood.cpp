// flood: an address that connects too often is refused for a while, by all workers.
#include "berth_plugin_info.h"

#include "berth/cpp/address.hpp"
#include "berth/cpp/conn_filter.hpp"
#include "berth/cpp/plugin.hpp"
#include "berth/worker.h"

#include <string>

namespace {

using berth::sdk::Config;

constexpr uint64_t kMinuteMs = 60'000;
constexpr unsigned kIpv6Bits = 64;  // what one customer of a provider has

class Module : public berth::sdk::ModuleBase {
public:
    berth_status load(const berth_host* host) {
        const berth_status status = ModuleBase::load(host);
        worker_ = extension<berth_worker_ext>(BERTH_WORKER_EXT);
        return worker_ == nullptr ? BERTH_E_UNSUPPORTED : status;
    }
    const berth_worker_ext* worker() const { return worker_; }

private:
    const berth_worker_ext* worker_ = nullptr;
};

// One `flood:` of a site file, in one worker.
class Flood {
public:
    explicit Flood(const Module& module) : host_(module.host()), worker_(*module.worker()) {}

    berth_status configure(const Config& config) {
        per_minute_ = config["connections_per_minute"].integer();
        ban_ms_ = config["ban"].size();
        count_local_ = config["count_local"].boolean();
        // Filters with the same limit count together.
        const std::string limit = std::to_string(per_minute_) + "/";
        counts_ = "flood/count/" + limit;
        bans_ = "flood/ban/" + limit;
        return berth::sdk::read_networks(config["allow"], &allowed_);
    }

    // When the table is busy, the connection is let in: limits must not cause an outage.
    berth_status on_accept(berth_conn& conn) {
        if (is_exempt(conn.peer)) {
            return BERTH_OK;
        }
        const berth_ip network = berth::sdk::is_ipv4(conn.peer)
                                     ? conn.peer
                                     : berth::sdk::network_of(conn.peer, kIpv6Bits);
        const std::string ban = key(bans_, network), count = key(counts_, network);
        char banned = 0;
        size_t size = sizeof(banned);
        if (worker_.kv_get(berth::sdk::sv(ban), &banned, &size) == BERTH_OK) {
            return BERTH_DECLINED;
        }
        int64_t connections = 0;
        const berth_status counted =
            worker_.kv_add(berth::sdk::sv(count), 1, kMinuteMs, &connections);
        if (counted < 0 || connections <= per_minute_) {
            return BERTH_OK;
        }
        // The count begins anew when the ban is over.
        worker_.kv_put(berth::sdk::sv(ban), berth_sv{"b", 1}, ban_ms_);
        worker_.kv_put(berth::sdk::sv(count), berth_sv{nullptr, 0}, 0);
        report(conn.peer);
        return BERTH_DECLINED;
    }

private:
    bool is_exempt(const berth_ip& ip) const {
        const bool local = berth::sdk::is_no_ip(ip) || berth::sdk::is_loopback(ip);
        return (local && !count_local_) || allowed_.contains(ip);
    }

    static std::string key(const std::string& prefix, const berth_ip& network) {
        return prefix + std::string(reinterpret_cast<const char*>(network.b), sizeof(network.b));
    }

    void report(const berth_ip& ip) const {
        char text[berth::sdk::kIpSize];
        const std::string line = "flood: " + std::string(text, berth::sdk::format_ip(ip, text)) +
                                 " made more than " + std::to_string(per_minute_) +
                                 " connections in a minute and is refused for " +
                                 std::to_string(ban_ms_ / 1000) + " s";
        host_->log(host_, nullptr, BERTH_LOG_WARNING, berth::sdk::sv(line));
    }

    const berth_host* host_;
    const berth_worker_ext& worker_;
    int64_t per_minute_ = 0;
    uint64_t ban_ms_ = 0;
    bool count_local_ = false;
    berth::sdk::Networks allowed_;
    std::string counts_, bans_;  // prefixes of keys
};

constexpr berth_factory kFlood = berth::sdk::conn_filter<Flood, Module>(
    {"flood", berth_schema_flood, "refuses addresses that connect too often"});

constexpr const char* kRequired[] = {BERTH_CONFIG_EXT, BERTH_WORKER_EXT, nullptr};
constexpr berth_module kModule = berth::sdk::make_module<Module, kFlood>(
    BERTH_ABOUT("Berth", "Apache-2.0", "Refuses addresses that connect too often"), kRequired);

}  // namespace

BERTH_PLUGIN(kModule)
