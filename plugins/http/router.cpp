#include "router.h"

#include "known_fields.h"

#include "berth/cpp/text.hpp"

#include <algorithm>

namespace berth::http {
namespace {

bool has_header(const berth_http_req& request, std::string_view name, std::string_view value) {
    for (uint32_t i = 0; i < request.n_headers; ++i) {
        const berth_header& header = request.headers[i];
        if (sdk::view(header.name) == name && (value == "*" || sdk::view(header.value) == value)) {
            return true;
        }
    }
    return false;
}

bool matches_but_for_method(const Route& route, const berth_http_req& request) {
    if (!route.path.matches(sdk::view(request.path))) {
        return false;
    }
    return std::all_of(route.headers.begin(), route.headers.end(), [&](const auto& wanted) {
        return has_header(request, wanted.first, wanted.second);
    });
}

// An extended CONNECT asks for what an upgrade of HTTP/1.1 asks for with GET.
bool serves(const Route& route, const berth_http_req& request) {
    const bool extended = request.method == BERTH_M_CONNECT;
    const std::string_view name = extended ? "GET" : sdk::view(request.method_sv);
    return route.serves_method(extended ? uint8_t{BERTH_M_GET} : request.method, name);
}

void append_method(std::string& list, std::string_view method) {
    std::string_view known = list;
    while (!known.empty()) {
        if (sdk::next_item(known) == method) {
            return;
        }
    }
    list.append(list.empty() ? "" : ", ").append(method);
}

void append_methods(std::string& list, const Route& route) {
    for (size_t id = 1; id < kMethodNames.size(); ++id) {
        if ((route.methods >> id & 1) != 0) {
            append_method(list, kMethodNames[id]);
        }
    }
    for (const std::string& method : route.other_methods) {
        append_method(list, method);
    }
}

}  // namespace

void HostTable::add(Site& site) {
    if (first_ == nullptr) {
        first_ = &site;
    }
    if (site.hosts.empty()) {
        nameless_ = &site;
    }
    for (const std::string& host : site.hosts) {
        if (host.size() > 2 && host.compare(0, 2, "*.") == 0) {
            wildcards_.emplace_back(host.substr(1), &site);
        } else {
            exact_.emplace_back(host, &site);
        }
    }
}

void HostTable::finish() {
    for (std::vector<Entry>* entries : {&exact_, &wildcards_}) {
        std::stable_sort(entries->begin(), entries->end(), [](const Entry& a, const Entry& b) {
            return a.first < b.first;
        });
    }
}

Site* HostTable::find(std::string_view host) const {
    if (exact_.empty() && wildcards_.empty()) {
        return nameless_;
    }
    Site* site = look_up(exact_, host);
    if (const size_t dot = host.find('.'); site == nullptr && dot != 0 && dot != host.npos) {
        site = look_up(wildcards_, host.substr(dot));
    }
    return site == nullptr ? nameless_ : site;
}

Site* HostTable::look_up(const std::vector<Entry>& entries, std::string_view name) {
    const auto found = std::lower_bound(
        entries.begin(), entries.end(), name, [](const Entry& entry, std::string_view wanted) {
            return entry.first < wanted;
        });
    return found != entries.end() && found->first == name ? found->second : nullptr;
}

RouteMatch find_route(const Site& site, const berth_http_req& request, size_t first) {
    RouteMatch match;
    for (size_t i = first; i < site.routes.size(); ++i) {
        const Route& route = site.routes[i];
        if (!matches_but_for_method(route, request)) {
            continue;
        }
        if (serves(route, request)) {
            return {&route, i, false};
        }
        match.other_method = true;
    }
    return match;
}

std::string allowed_methods(const Site& site, const berth_http_req& request) {
    std::string list;
    for (const Route& route : site.routes) {
        if (!matches_but_for_method(route, request)) {
            continue;
        }
        append_methods(list, route);
    }
    return list;
}

}  // namespace berth::http
