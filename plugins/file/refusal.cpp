#include "refusal.h"

#include "path_rules.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <string>

namespace berth::file {

const Refusal& find_refusal(std::span<const Refusal> refusals, berth_status cause) {
    const auto found = std::find_if(refusals.begin(), refusals.end(), [&](const Refusal& refusal) {
        return refusal.cause == cause;
    });
    return found == refusals.end() ? refusals.back() : *found;
}

std::string_view path_of(const berth_http_req& req) {
    return sdk::view(req.path).substr(req.route_prefix);
}

void log_refusal(const berth_host* host, const berth_http_req& req, const Refusal& refusal) {
    const bool matters = refusal.status >= 500 || refusal.status == 403;
    std::string line = "file: ";
    line.append(shown_path(path_of(req))).append(": ").append(refusal.reason);
    host->log(host, nullptr, matters ? BERTH_LOG_WARNING : BERTH_LOG_INFO, sdk::sv(line));
}

}  // namespace berth::file
