// A handler that greets the path: GET /world answers "Hello, world".
#include "berth_plugin_info.h"

#include "berth/cpp/http_handler.hpp"
#include "berth/cpp/segment.hpp"

#include <string>

namespace {

namespace sdk = berth::sdk;

// The plugin once per process: the extensions that it uses.
class Greeter : public sdk::ModuleBase {
public:
    berth_status load(const berth_host* host) {
        const berth_status status = ModuleBase::load(host);
        http_ = extension<berth_http_ext>(BERTH_HTTP_EXT);
        return http_ == nullptr ? BERTH_E_UNSUPPORTED : status;
    }

    const berth_http_ext& http() const { return *http_; }

private:
    const berth_http_ext* http_ = nullptr;
};

// One configured use of the plugin, in one worker.
class GreeterHandler {
public:
    explicit GreeterHandler(Greeter& greeter) : greeter_(greeter) {}

    berth_status configure(const sdk::Config& config) {
        greeting_ = config["greeting"].text();
        return BERTH_OK;
    }

    berth_status on_request(berth_http_req* req) {
        const std::string answer =
            greeting_ + ", " + std::string(sdk::view(req->path).substr(1)) + "\n";
        const berth_header headers[] = {
            {sdk::sv("content-type"), sdk::sv("text/plain; charset=utf-8")}};
        const berth_http_resp head = sdk::http_response(200, headers);
        const berth_seg body = sdk::copied(answer);
        return greeter_.http().respond(req, &head, &body, 1);
    }

private:
    Greeter& greeter_;
    std::string greeting_;
};

constexpr berth_factory kHandler = sdk::http_handler<GreeterHandler, Greeter>(
    {BERTH_PLUGIN_ID, berth_schema_greeter, "Greets whoever asks"});

constexpr const char* kRequired[] = {BERTH_CONFIG_EXT, BERTH_HTTP_EXT, nullptr};
constexpr const char* kProvides[] = {nullptr};
constexpr const berth_factory* kFactories[] = {&kHandler, nullptr};
constexpr sdk::About kAbout = {BERTH_PLUGIN_ID,
                               BERTH_PLUGIN_VERSION,
                               BERTH_PLUGIN_REQUIRED,
                               BERTH_PLUGIN_FLAGS,
                               "Example",
                               "Apache-2.0",
                               "Greets whoever asks"};
constexpr berth_module kModule =
    sdk::make_module<Greeter>(kAbout, kRequired, kProvides, kFactories);

}  // namespace

BERTH_PLUGIN(kModule)
