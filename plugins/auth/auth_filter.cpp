#include "auth_filter.h"

#include "address_scheme.h"
#include "basic_scheme.h"
#include "bearer_scheme.h"

#include "berth/cpp/field_list.hpp"
#include "berth/cpp/guard.hpp"
#include "berth/cpp/text.hpp"

#include <new>
#include <type_traits>
#include <utility>

namespace berth::auth {

// Attempts live in arenas, which run no destructors.
static_assert(std::is_trivially_destructible_v<Attempt>);

berth_status AuthFilter::configure(const sdk::Config& config) {
    berth_status status = BERTH_OK;
    for (uint32_t i = 0; i < config.count(); ++i) {
        std::string_view name;
        const sdk::Config given = config.at(i, &name);
        if (const berth_status added = add_scheme(name, given); added < 0) {
            status = added;
        }
    }
    if (schemes_.empty() && status >= 0) {
        return config.fail("nobody could come in: give it basic, bearer, address, allow or deny");
    }
    const std::string realm(config["realm"].text());
    for (const auto& scheme : schemes_) {
        if (!scheme->challenge().empty()) {
            challenges_.push_back(std::string(scheme->challenge()) + " realm=\"" + realm + "\"" +
                                  std::string(scheme->challenge_parameters()));
        }
    }
    return status;
}

berth_status AuthFilter::add_scheme(std::string_view name, const sdk::Config& given) {
    const auto configured = [&](auto scheme) {
        const berth_status status = scheme->configure(given);
        schemes_.push_back(std::move(scheme));
        return status;
    };
    if (name == "basic") {
        return configured(std::make_unique<BasicScheme>(
            api_, [this](Attempt& attempt, bool right) { on_judged(attempt, right); }));
    }
    if (name == "bearer") {
        return configured(std::make_unique<BearerScheme>(api_));
    }
    if (name == "address") {
        return configured(std::make_unique<AddressScheme>(api_));
    }
    if (name == "allow" || name == "deny") {
        schemes_.push_back(
            std::make_unique<FixedScheme>(name == "allow" ? Verdict::kYes : Verdict::kNo));
    }
    return BERTH_OK;
}

berth_status AuthFilter::on_request(berth_http_req* req) {
    void* const memory = berth_alloc(api_.host, req->arena, sizeof(Attempt));
    if (memory == nullptr) {
        return BERTH_E_NOMEM;
    }
    auto* const attempt = new (memory) Attempt{req};
    req->user = attempt;
    return go_on(*attempt);
}

berth_status AuthFilter::go_on(Attempt& attempt) {
    while (attempt.next < schemes_.size()) {
        switch (schemes_[attempt.next++]->judge(attempt)) {
            case Verdict::kYes:
                return admit(attempt);
            case Verdict::kLater:
                return BERTH_PENDING;
            case Verdict::kBusy:
                return BERTH_E_LIMIT;
            case Verdict::kNo:
                break;
        }
    }
    return refuse(attempt);
}

berth_status AuthFilter::admit(Attempt& attempt) {
    return attempt.login.empty() ? BERTH_OK
                                 : api_.http->set_login(attempt.request, sdk::sv(attempt.login));
}

berth_status AuthFilter::refuse(Attempt& attempt) {
    attempt.refused = true;
    const berth_status status = api_.http->error(attempt.request, challenges_.empty() ? 403 : 401);
    return status < 0 ? status : BERTH_DECLINED;
}

void AuthFilter::on_judged(Attempt& attempt, bool right) {
    const berth_status status =
        sdk::guarded([&] { return right ? admit(attempt) : go_on(attempt); });
    if (status != BERTH_PENDING && status != BERTH_DECLINED) {
        api_.http->filter_resume(attempt.request, status);
    }
}

berth_status AuthFilter::on_response(berth_http_req* req, berth_http_resp* resp) {
    const auto* const attempt = static_cast<const Attempt*>(req->user);
    if (attempt == nullptr || !attempt->refused) {
        return BERTH_OK;
    }
    sdk::FieldList fields(api_.host, req, resp, challenges_.size());
    if (!fields) {
        return BERTH_E_NOMEM;
    }
    for (const std::string& challenge : challenges_) {
        fields.add("WWW-Authenticate", challenge);
    }
    return BERTH_OK;
}

void AuthFilter::on_destroy(berth_http_req* req) {
    auto* const attempt = static_cast<Attempt*>(req->user);
    if (attempt != nullptr && attempt->waiting != nullptr) {
        schemes_[attempt->next - 1]->forget(*attempt);
    }
}

}  // namespace berth::auth
