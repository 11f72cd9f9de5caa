#pragma once

#include "host_api.h"
#include "module.h"
#include "scheme.h"

#include "berth/cpp/config.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::auth {

// One `auth:` of a site file, in one worker: asks its schemes in turn until one says yes.
class AuthFilter {
public:
    static constexpr uint32_t kPhase = BERTH_PHASE_AUTH;
    static constexpr bool kTriedInZygote = true;

    explicit AuthFilter(const Module& module) : api_(module.api()) {}

    berth_status configure(const sdk::Config& config);
    berth_status on_request(berth_http_req* req);
    // Adds the challenges to the answer of a refused request.
    berth_status on_response(berth_http_req* req, berth_http_resp* resp);
    void on_destroy(berth_http_req* req);

private:
    berth_status add_scheme(std::string_view name, const sdk::Config& given);
    berth_status go_on(Attempt& attempt);
    berth_status admit(Attempt& attempt);
    berth_status refuse(Attempt& attempt);
    void on_judged(Attempt& attempt, bool right);

    const HostApi& api_;
    std::vector<std::unique_ptr<Scheme>> schemes_;
    std::vector<std::string> challenges_;
};

}  // namespace berth::auth
