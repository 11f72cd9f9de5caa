// Exchange::call_filter(), for the two files that need it.
#pragma once

#include "exchange.h"
#include "service.h"

namespace berth::http {

// Runs a filter's function with the filter's own `user` pointer and number in place.
template <class Call>
berth_status Exchange::call_filter(const FilterUse& filter, Call call) {
    void** const outer = at_.user_home;  // another filter's, when its call led to this one
    *outer = user;
    at_.user_home = &at_.slots[filter.slot].user;
    user = *at_.user_home;
    const berth_status status = service_.stamped(filter.number, call);
    *at_.user_home = user;
    at_.user_home = outer;
    user = *outer;
    return status;
}

}  // namespace berth::http
