// cors: tells browsers which other sites' pages may use this one, as the Fetch standard has it.
#include "berth_plugin_info.h"
#include "origin_set.h"

#include "berth/cpp/field_list.hpp"
#include "berth/cpp/http_filter.hpp"
#include "berth/cpp/text.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace {

using berth::sdk::Config;
using berth::sdk::FieldList;
using berth::sdk::view;
using Module = berth::sdk::HttpModule;

std::string joined(const Config& names) {
    std::string list;
    for (const Config name : names) {
        list.append(list.empty() ? "" : ", ").append(name.text());
    }
    return list;
}

std::string_view request_field(const berth_http_req& req, std::string_view name) {
    for (uint32_t i = 0; i < req.n_headers; ++i) {
        if (view(req.headers[i].name) == name) {
            return view(req.headers[i].value);
        }
    }
    return {};
}

// One `cors:` of a site file, in one worker. In the first phase, because a preflight carries no
// login.
class Cors {
public:
    static constexpr uint32_t kPhase = BERTH_PHASE_ACCESS;
    static constexpr bool kTriedInZygote = true;

    explicit Cors(const Module& module) : host_(module.host()), http_(module.http()) {}

    berth_status configure(const Config& config) {
        berth_status status = BERTH_OK;
        credentials_ = config["credentials"].boolean();
        for (const Config origin : config["origins"]) {
            const std::string problem = origins_.add(origin.text());
            if (!problem.empty()) {
                status = origin.fail(problem);
            } else if (credentials_ && origin.text() == "*") {
                status = origin.fail("`*` does not go with credentials: name the origins");
            }
        }
        methods_ = joined(config["methods"]);
        headers_ = joined(config["headers"]);
        expose_ = joined(config["expose"]);
        any_header_ = berth::sdk::list_contains(headers_, "*");
        max_age_ = std::to_string(
            std::chrono::duration_cast<std::chrono::seconds>(config["max_age"].duration()).count());
        return status;
    }

    berth_status on_request(berth_http_req* req) {
        const bool preflight = req->method == BERTH_M_OPTIONS &&
                               berth_known(req, BERTH_H_ORIGIN).p != nullptr &&
                               !request_field(*req, "access-control-request-method").empty();
        if (!preflight) {
            return BERTH_OK;
        }
        const berth_http_resp response = berth::sdk::http_response(204);
        const berth_status status = http_->respond(req, &response, nullptr, 0);
        return status < 0 ? status : BERTH_DECLINED;
    }

    // Also of answers that others give, errors included: a page may read those only if it is told
    // so.
    berth_status on_response(berth_http_req* req, berth_http_resp* resp) {
        FieldList fields(host_, req, resp, kFieldsMax);
        if (!fields) {
            return BERTH_E_NOMEM;
        }
        fields.remove_if([](const berth_header& field) {
            constexpr std::string_view kPrefix = "access-control-";
            return berth::sdk::equal_ignoring_case(view(field.name).substr(0, kPrefix.size()),
                                                   kPrefix);
        });
        if (!origins_.everybody()) {
            fields.add_item("Vary", "Origin");
        }
        const std::string_view origin = view(berth_known(req, BERTH_H_ORIGIN));
        if (origin.empty() || !origins_.contains(origin)) {
            return BERTH_OK;
        }
        fields.add("Access-Control-Allow-Origin", origins_.everybody() ? "*" : origin);
        if (credentials_) {
            fields.add("Access-Control-Allow-Credentials", "true");
        }
        const std::string_view method = request_field(*req, "access-control-request-method");
        if (req->method == BERTH_M_OPTIONS && !method.empty()) {
            permit(*req, fields);
        } else if (!expose_.empty()) {
            fields.add("Access-Control-Expose-Headers", expose_);
        }
        return BERTH_OK;
    }

private:
    static constexpr size_t kFieldsMax = 7;

    // What the request that the browser asks about may be.
    void permit(const berth_http_req& req, FieldList& fields) const {
        fields.add("Access-Control-Allow-Methods", methods_);
        fields.add("Access-Control-Max-Age", max_age_);
        const std::string_view asked = request_field(req, "access-control-request-headers");
        if (any_header_ && credentials_ && are_names(asked)) {  // where `*` means a field named so
            fields.add("Access-Control-Allow-Headers", asked);
            fields.add_item("Vary", "Access-Control-Request-Headers");
        } else if (!headers_.empty()) {
            fields.add("Access-Control-Allow-Headers", headers_);
        }
    }

    static bool are_names(std::string_view list) {
        bool any = false;
        while (!list.empty()) {
            const std::string_view name = berth::sdk::next_item(list);
            if (!berth::sdk::is_token(name) ||
                berth::sdk::equal_ignoring_case(name, "authorization")) {
                return false;
            }
            any = true;
        }
        return any;
    }

    const berth_host* host_;
    const berth_http_ext* http_;
    berth::cors::OriginSet origins_;
    std::string methods_, headers_, expose_, max_age_;
    bool credentials_ = false, any_header_ = false;
};

constexpr berth_factory kCors = berth::sdk::http_filter<Cors, Module>(
    {"cors", berth_schema_cors, "says whose pages may use this site"});

constexpr berth_module kModule = berth::sdk::http_module<Module, kCors>(
    BERTH_ABOUT("Berth", "Apache-2.0", "Cross-origin resource sharing"));

}  // namespace

BERTH_PLUGIN(kModule)
