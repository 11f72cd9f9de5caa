#include "filter_chain.h"

#include <algorithm>
#include <utility>

namespace berth::http {
namespace {

template <class Hook>
std::vector<FilterUse> with_hook(const std::vector<FilterUse>& filters, Hook hook) {
    std::vector<FilterUse> found;
    for (const FilterUse& filter : filters) {
        if (hook(*filter.ops) != nullptr) {
            found.push_back(filter);
        }
    }
    return found;
}

}  // namespace

FilterChain::FilterChain(std::vector<FilterUse> filters) : all_(std::move(filters)) {
    std::stable_sort(all_.begin(), all_.end(), [](const FilterUse& a, const FilterUse& b) {
        return a.ops->phase < b.ops->phase;
    });
    for (size_t i = 0; i < all_.size(); ++i) {
        all_[i].slot = static_cast<uint16_t>(i);
    }
    using Ops = berth_http_filter_ops;
    request_ = with_hook(all_, [](const Ops& ops) { return ops.on_request; });
    response_ = with_hook(all_, [](const Ops& ops) { return ops.on_response; });
    body_ = with_hook(all_, [](const Ops& ops) { return ops.on_resp_body; });
    log_ = with_hook(all_, [](const Ops& ops) { return ops.on_log; });
    destroy_ = with_hook(all_, [](const Ops& ops) { return ops.on_destroy; });
    std::reverse(response_.begin(), response_.end());
    std::reverse(body_.begin(), body_.end());
}

const FilterUse* FilterChain::find(const FilterUse& filter) const {
    const auto found = std::find_if(all_.begin(), all_.end(), [&](const FilterUse& other) {
        return other.inst == filter.inst && other.ops == filter.ops;
    });
    return found == all_.end() ? nullptr : &*found;
}

}  // namespace berth::http
