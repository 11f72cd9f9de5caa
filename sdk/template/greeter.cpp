// A handler that greets the path: GET /world answers "Hello, world".
#include "berth_plugin_info.h"

#include "berth/cpp/http_handler.hpp"
#include "berth/cpp/segment.hpp"

#include <string>

namespace {

namespace sdk = berth::sdk;

// The plugin once per process: the extensions that it uses. One that uses more than HTTP derives
// from this.
using Greeter = sdk::HttpModule;

// One configured use of the plugin, in one worker.
class GreeterHandler {
public:
    explicit GreeterHandler(const Greeter& greeter) : http_(*greeter.http()) {}

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
        return http_.respond(req, &head, &body, 1);
    }

private:
    const berth_http_ext& http_;
    std::string greeting_;
};

constexpr berth_factory kHandler = sdk::http_handler<GreeterHandler, Greeter>(
    {BERTH_PLUGIN_ID, berth_schema_greeter, "Greets whoever asks"});

constexpr berth_module kModule = sdk::http_module<Greeter, kHandler>(
    BERTH_ABOUT("Example", "Apache-2.0", "Greets whoever asks"));

}  // namespace

BERTH_PLUGIN(kModule)
