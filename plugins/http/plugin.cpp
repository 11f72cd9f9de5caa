// The boundary of the http plugin: its module, its one factory, its extension.
#include "berth/cpp/plugin.hpp"

#include "berth_plugin_info.h"
#include "http_config.h"
#include "http_ext.h"
#include "http_session.h"
#include "service.h"

#include <string_view>

namespace berth::http {
namespace {

class HttpModule {
public:
    berth_status load(const berth_host* given) {
        const auto find = [given](const char* id) { return given->get_extension(given, id); };
        api_.host = given;
        api_.config = static_cast<const berth_config_ext*>(find(BERTH_CONFIG_EXT));
        api_.loop = static_cast<const berth_loop_ext*>(find(BERTH_LOOP_EXT));
        api_.worker = static_cast<const berth_worker_ext*>(find(BERTH_WORKER_EXT));
        api_.log = static_cast<const berth_log_ext*>(find(BERTH_LOG_EXT));
        api_.crypto = static_cast<const berth_crypto_ext*>(find(BERTH_CRYPTO_EXT));
        api_.files = static_cast<const berth_file_ext*>(find(BERTH_FILE_EXT));
        const bool complete = api_.config != nullptr && api_.loop != nullptr &&
                              api_.worker != nullptr && api_.log != nullptr;
        return complete ? BERTH_OK : BERTH_E_UNSUPPORTED;
    }

    const void* get_extension(std::string_view id) const {
        return id == BERTH_HTTP_EXT ? &kHttpExtension : nullptr;
    }

    const berth_host* host() const { return api_.host; }
    const berth_config_ext* config() const { return api_.config; }
    // What an instance is made from.
    operator const HostApi&() const { return api_; }  // NOLINT(google-explicit-constructor)

private:
    HostApi api_;
};

// Handlers and filters have no instances yet, so no instance of ours could be tried.
berth_status check_settings(void* mod, const berth_cfg* sites, void** /*shared*/) noexcept {
    const auto& module = *static_cast<const HttpModule*>(mod);
    return sdk::guarded(
        [&] { return check_config(sdk::Config(module.host(), module.config(), sites)); });
}

constexpr berth_factory kFactory = [] {
    berth_factory factory = sdk::make_factory<Service, HttpModule>(
        BERTH_PROTOCOL_KIND,
        {"http", berth_schema_http, "HTTP/1.0, HTTP/1.1 and HTTP/2: sites, routes, filters"},
        &kHttpProtocol);
    factory.prepare = &check_settings;
    return factory;
}();

constexpr const char* kRequired[] = {
    BERTH_CONFIG_EXT, BERTH_LOOP_EXT, BERTH_WORKER_EXT, BERTH_LOG_EXT, nullptr};
constexpr const char* kProvides[] = {BERTH_HTTP_EXT, nullptr};
constexpr const berth_factory* kFactories[] = {&kFactory, nullptr};
constexpr berth_module kModule = sdk::make_module<HttpModule>(
    BERTH_ABOUT("Berth", "Apache-2.0", "HTTP/1.0, HTTP/1.1 and HTTP/2"),
    kRequired,
    kProvides,
    kFactories);

}  // namespace
}  // namespace berth::http

BERTH_PLUGIN(berth::http::kModule)
