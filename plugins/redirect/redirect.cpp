// redirect: answers with the address to go to instead.
#include "berth_plugin_info.h"

#include "berth/cpp/http_handler.hpp"
#include "berth/cpp/request_template.hpp"

#include <optional>
#include <string>

namespace {

using berth::sdk::Config;
using berth::sdk::RequestTemplate;
using Module = berth::sdk::HttpModule;

// One `redirect:` of a site file, in one worker.
class Redirect {
public:
    static constexpr bool kTriedInZygote = true;

    explicit Redirect(const Module& module) : http_(module.http()) {}

    berth_status configure(const Config& config) {
        status_ = static_cast<uint32_t>(config["status"].integer());
        std::string problem;
        to_ = RequestTemplate::parse(config["to"].text(), RequestTemplate::kNoGroups, problem);
        if (to_) {
            problem = to_->location_problem();
        }
        return problem.empty() ? BERTH_OK : config["to"].fail(problem);
    }

    berth_status on_request(berth_http_req* req) {
        if (to_->uses_host() && req->authority.n == 0) {
            return http_->error(req, 400);
        }
        const std::string url = to_->location(*req, {});
        const berth_header fields[] = {{berth::sdk::sv("Location"), berth::sdk::sv(url)}};
        const berth_http_resp response = berth::sdk::http_response(status_, fields);
        return http_->respond(req, &response, nullptr, 0);
    }

private:
    const berth_http_ext* http_;
    std::optional<RequestTemplate> to_;
    uint32_t status_ = 0;
};

constexpr berth_factory kRedirect = berth::sdk::http_handler<Redirect, Module>(
    {"redirect", berth_schema_redirect, "sends the client to another address"});

constexpr berth_module kModule =
    berth::sdk::http_module<Module, kRedirect>(BERTH_ABOUT("Berth", "Apache-2.0", "Redirects"));

}  // namespace

BERTH_PLUGIN(kModule)
