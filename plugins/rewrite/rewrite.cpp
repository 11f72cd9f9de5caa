// rewrite: moves requests to another path by a pattern, inside the server or with a redirect.
#include "berth_plugin_info.h"

#include "berth/cpp/http_filter.hpp"
#include "berth/cpp/request_template.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace {

using berth::sdk::Config;
using berth::sdk::PatternGroups;
using berth::sdk::RequestTemplate;
using berth::sdk::sv;
using berth::sdk::view;
using Module = berth::sdk::HttpModule;

// A path is bytes: whatever is in it, `.` and classes match it, so that nothing slips past a rule.
std::unique_ptr<re2::RE2> compile(std::string_view pattern) {
    re2::RE2::Options options;
    options.set_encoding(re2::RE2::Options::EncodingLatin1);
    options.set_dot_nl(true);
    options.set_log_errors(false);
    return std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
}

// One `rewrite:` of a site file, in one worker. It moves a request once.
class Rewrite {
public:
    static constexpr uint32_t kPhase = BERTH_PHASE_REWRITE;
    static constexpr bool kTriedInZygote = true;

    explicit Rewrite(const Module& module) : http_(module.http()) {}

    berth_status configure(const Config& config) {
        pattern_ = compile(config["match"].text());
        if (!pattern_->ok()) {
            return config["match"].fail("not an RE2 expression: " + pattern_->error());
        }
        status_ = static_cast<uint32_t>(config["status"].integer());
        groups_ = std::min<int>(pattern_->NumberOfCapturingGroups() + 1, 10);
        std::string problem;
        const std::string_view to = config["to"].text();
        to_ = RequestTemplate::parse(to, groups_ - 1, problem);
        if (to_ && status_ != 0) {
            problem = to_->location_problem();
        } else if (to_ && to.front() != '/' && to.substr(0, 6) != "{path}") {
            problem = "a path begins with /; a redirect elsewhere needs a `status`";
        }
        return problem.empty() ? BERTH_OK : config["to"].fail(problem);
    }

    berth_status on_request(berth_http_req* req) {
        PatternGroups groups;
        if (req->user != nullptr || !matches(view(req->path), groups)) {
            return BERTH_OK;
        }
        req->user = this;
        if (status_ != 0) {
            return redirect(req, groups);
        }
        const auto [path, query] = to_->target(*req, groups);
        return http_->reroute(req, sv(path), sv(query));
    }

private:
    bool matches(std::string_view path, PatternGroups& groups) const {
        std::array<re2::StringPiece, 10> found;
        const re2::StringPiece text(path.data(), path.size());
        if (!pattern_->Match(text, 0, text.size(), re2::RE2::UNANCHORED, found.data(), groups_)) {
            return false;
        }
        std::transform(found.begin(), found.end(), groups.begin(), [](re2::StringPiece group) {
            return group.empty() ? std::string_view()
                                 : std::string_view(group.data(), group.size());
        });
        return true;
    }

    berth_status redirect(berth_http_req* req, const PatternGroups& groups) {
        berth_status status = BERTH_OK;
        if (to_->uses_host() && req->authority.n == 0) {
            status = http_->error(req, 400);
        } else {
            const std::string url = to_->location(*req, groups);
            const berth_header fields[] = {{sv("Location"), sv(url)}};
            const berth_http_resp response = berth::sdk::http_response(status_, fields);
            status = http_->respond(req, &response, nullptr, 0);
        }
        return status < 0 ? status : BERTH_DECLINED;
    }

    const berth_http_ext* http_;
    std::unique_ptr<re2::RE2> pattern_;
    std::optional<RequestTemplate> to_;
    int groups_ = 0;       // with the whole match
    uint32_t status_ = 0;  // 0: inside the server
};

constexpr berth_factory kRewrite = berth::sdk::http_filter<Rewrite, Module>(
    {"rewrite", berth_schema_rewrite, "moves requests to another path"});

constexpr berth_module kModule =
    berth::sdk::http_module<Module, kRewrite>(BERTH_ABOUT("Berth", "Apache-2.0", "Rewrites paths"));

}  // namespace

BERTH_PLUGIN(kModule)
