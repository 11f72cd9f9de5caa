// The way of a request through the filters of a route, and from one route to another.
#include "exchange.h"
#include "filter_call.h"
#include "service.h"
#include "uri.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace berth::http {
namespace {

constexpr uint32_t kReroutesMax = 10;

// A decoded path as normalise_path() leaves it; p NULL when it has no such form.
berth_sv normal_copy(const berth_host& host, berth_arena* arena, std::string_view path) {
    std::string escaped;
    for (const char c : path) {
        escaped.append(c == '%' ? "%25" : std::string_view(&c, 1));
    }
    const berth_sv room = sdk::arena_copy(&host, arena, escaped);
    const auto size =
        room.p == nullptr ? std::nullopt : normalise_path(escaped, const_cast<char*>(room.p));
    return size ? berth_sv{room.p, *size} : berth_sv{nullptr, 0};
}

}  // namespace

// Chooses the route, from `first` on. False: there is no memory for its filters.
bool Exchange::enter_route(size_t first) {
    const RouteMatch match = find_route(*site_, *this, first);
    Position next;
    next.route = match.route;
    next.index = match.index;
    next.filters = match.route != nullptr ? &match.route->filters : &site_->filters;
    const size_t size = next.filters->size() * sizeof(FilterSlot);
    if (size != 0) {
        next.slots = static_cast<FilterSlot*>(berth_alloc(service_.api().host, arena, size));
        if (next.slots == nullptr) {
            leave_route(nullptr);
            at_ = {};
            refuse(503);
            return false;
        }
        std::memset(next.slots, 0, size);
    }
    leave_route(&next);
    at_ = next;
    route_prefix = match.route != nullptr ? match.route->path.prefix() : 0;
    at_.user_home = &at_.handler_user;
    user = nullptr;
    return true;
}

// Through the filters to the handler. One that declines hands over to the next route; a filter may
// send the request to any.
void Exchange::proceed() {
    while (run_filters()) {
        if (!at_.moved && !call_handler()) {
            return;
        }
        if (!enter_route(at_.moved ? 0 : at_.index + 1)) {
            return;
        }
    }
}

berth_status Exchange::reroute(std::string_view to, std::string_view new_query) {
    if (state_ != State::kFiltering) {
        return refuse_segments({});
    }
    if (reroutes == kReroutesMax) {
        count_reroute_limit();
        return BERTH_E_LIMIT;
    }
    const auto fits = [](char c) { return c > ' ' && c != '#' && c != '\x7f'; };
    const berth_host* host = service_.api().host;
    const berth_sv kept = sdk::arena_copy(host, arena, new_query);
    const berth_sv normal = normal_copy(*host, arena, to);
    if (normal.p == nullptr || kept.p == nullptr ||
        !std::all_of(new_query.begin(), new_query.end(), fits)) {
        return BERTH_E_INVAL;
    }
    path = normal;
    query = kept;
    ++reroutes;
    at_.moved = true;
    return BERTH_OK;
}

void Exchange::count_reroute_limit() {
    ++*service_.api().worker->counter(sdk::sv("berth_limit_hits_total{limit=\"reroutes\"}"));
}

// Filters without a function for requests are passed by, and have seen this one as well.
// False: neither the handler's turn has come nor that of another route.
bool Exchange::run_filters() {
    const auto filters = at_.filters->on_request();
    while (!at_.moved && at_.next < filters.size()) {
        const FilterUse& filter = filters[at_.next++];
        at_.reached = static_cast<uint16_t>(filter.slot + 1);
        enter(State::kFiltering);
        at_.verdict = BERTH_PENDING;
        const berth_status status =
            call_filter(filter, [&] { return filter.ops->on_request(filter.inst, this); });
        if (status == BERTH_PENDING) {
            return false;
        }
        if (state_ == State::kFiltering) {
            enter(State::kHandling);
        }
        if (status < 0) {
            refuse(filter.fail_closed ? 503 : 500);
        }
        if (status != BERTH_OK || state_ != State::kHandling) {
            return false;
        }
    }
    if (!at_.moved) {
        at_.reached = at_.filters->size();
    }
    enter(State::kHandling);
    return true;
}

void Exchange::resume() {
    if (state_ == State::kStreaming || state_ == State::kFinishing) {
        go_on();
        return;
    }
    if (state_ != State::kFiltering || at_.verdict == BERTH_PENDING) {
        return;
    }
    const FilterUse& filter = at_.filters->on_request()[at_.next - size_t{1}];
    enter(State::kHandling);
    if (at_.verdict < 0) {
        refuse(filter.fail_closed ? 503 : 500);
    } else if (at_.verdict == BERTH_OK) {
        proceed();
    }
}

// The handler of a route and its filters will not hear of this exchange again. next: where it goes
// from there; filters that are there, too, are not left and keep what they know.
void Exchange::leave_route(Position* next) {
    if (at_.handled && at_.route->handler.ops->on_destroy != nullptr) {
        const HandlerUse& handler = at_.route->handler;
        service_.stamped(handler.number, [&] {
            handler.ops->on_destroy(handler.inst, this);
            return 0;
        });
    }
    if (at_.slots == nullptr) {
        return;
    }
    for (const FilterUse& filter :
         next != nullptr ? at_.filters->all() : at_.filters->on_destroy()) {
        const FilterUse* same = next != nullptr ? next->filters->find(filter) : nullptr;
        if (!has_seen(filter)) {
            continue;
        }
        if (same != nullptr) {
            next->slots[same->slot] = at_.slots[filter.slot];
            next->slots[same->slot].seen_before = true;
        } else if (filter.ops->on_destroy != nullptr) {
            call_filter(filter, [&] {
                filter.ops->on_destroy(filter.inst, this);
                return BERTH_OK;
            });
        }
    }
}

}  // namespace berth::http
