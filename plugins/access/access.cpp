// access: admits clients by their address.
#include "berth_plugin_info.h"

#include "berth/cpp/address.hpp"
#include "berth/cpp/http_filter.hpp"
#include "berth/worker.h"

namespace {

using berth::sdk::Config;
using berth::sdk::Networks;
using berth::sdk::view;

class Module : public berth::sdk::HttpModule {
public:
    berth_status load(const berth_host* host) {
        const berth_status status = HttpModule::load(host);
        worker_ = extension<berth_worker_ext>(BERTH_WORKER_EXT);
        return worker_ == nullptr ? BERTH_E_UNSUPPORTED : status;
    }
    const berth_worker_ext* worker() const { return worker_; }

private:
    const berth_worker_ext* worker_ = nullptr;
};

// One `access:` of a site file, in one worker.
class Access {
public:
    static constexpr uint32_t kPhase = BERTH_PHASE_ACCESS;
    static constexpr bool kTriedInZygote = true;

    explicit Access(const Module& module)
        : http_(module.http()),
          denied_(module.worker()->counter(berth::sdk::sv("berth_access_denied_total"))) {}

    berth_status configure(const Config& config) {
        unix_ = config["unix"].boolean();
        const berth_status allowed = berth::sdk::read_networks(config["allow"], &allow_);
        const berth_status denied = berth::sdk::read_networks(config["deny"], &deny_);
        return allowed < 0 ? allowed : denied;
    }

    berth_status on_request(berth_http_req* req) {
        if (admits(view(http_->client(req)))) {
            return BERTH_OK;
        }
        ++*denied_;
        const berth_status status = http_->error(req, 403);
        return status < 0 ? status : BERTH_DECLINED;
    }

private:
    bool admits(std::string_view client) const {
        const auto address = berth::sdk::parse_ip(client);
        if (!address) {
            return allow_.empty() || (unix_ && client.empty());
        }
        return !deny_.contains(*address) && (allow_.empty() || allow_.contains(*address));
    }

    const berth_http_ext* http_;
    uint64_t* denied_;
    Networks allow_, deny_;
    bool unix_ = false;
};

constexpr berth_factory kAccess = berth::sdk::http_filter<Access, Module>(
    {"access", berth_schema_access, "admits clients by their address", BERTH_FAC_FAIL_CLOSED});

constexpr const char* kRequired[] = {BERTH_CONFIG_EXT, BERTH_WORKER_EXT, BERTH_HTTP_EXT, nullptr};
constexpr berth_module kModule = berth::sdk::make_module<Module, kAccess>(
    BERTH_ABOUT("Berth", "Apache-2.0", "Admits clients by their address"), kRequired);

}  // namespace

BERTH_PLUGIN(kModule)
