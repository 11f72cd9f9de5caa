// Exchange::call_filter(), for the two files that need it.
#pragma once

#include "exchange.h"
#include "service.h"

namespace berth::http {

// Runs a filter's function with the filter's own `user` pointer and number in place.
template <class Call>
berth_status Exchange::call_filter(const FilterUse& filter, Call call) {
    void* const handlers_own = user;
    user = at_.users[filter.slot];
    const berth_status status = service_.stamped(filter.number, call);
    at_.users[filter.slot] = user;
    user = handlers_own;
    return status;
}

}  // namespace berth::http
