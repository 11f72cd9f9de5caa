#pragma once

#include "berth/http.h"

#include <cstdint>
#include <span>
#include <vector>

namespace berth::http {

// An instance that a route uses, and the number to stamp while it runs.
template <class Ops>
struct Use {
    const Ops* ops = nullptr;
    void* inst = nullptr;
    uint32_t number = 0;
    uint16_t slot = 0;  // of filters: position in the chain, and of their `user` pointer
    bool fail_closed = false;
};

using FilterUse = Use<berth_http_filter_ops>;
using HandlerUse = Use<berth_http_handler_ops>;

// The filters of a route: one flat list for each hook, made when the site is configured, so that a
// filter costs nothing where it has no hook and a route without filters tests one length.
class FilterChain {
public:
    FilterChain() = default;
    // filters: in the order of the configuration.
    explicit FilterChain(std::vector<FilterUse> filters);

    bool empty() const { return all_.empty(); }
    uint16_t size() const { return static_cast<uint16_t>(all_.size()); }
    std::span<const FilterUse> all() const { return all_; }
    // The same instance in this chain, NULL when it is not there.
    const FilterUse* find(const FilterUse& filter) const;
    std::span<const FilterUse> on_request() const { return request_; }
    // The last filter first: the answer passes them the other way round.
    std::span<const FilterUse> on_response() const { return response_; }
    std::span<const FilterUse> on_resp_body() const { return body_; }
    std::span<const FilterUse> on_log() const { return log_; }
    std::span<const FilterUse> on_destroy() const { return destroy_; }

private:
    std::vector<FilterUse> all_;
    std::vector<FilterUse> request_, response_, body_, log_, destroy_;
};

}  // namespace berth::http
