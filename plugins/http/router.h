#pragma once

#include "site.h"

#include "berth/http.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::http {

// The sites that one listener serves, by host name. Sorted tables: no key from the wire is hashed.
class HostTable {
public:
    // Sites in the order of the configuration. One without hosts answers for unknown names.
    void add(Site& site);
    void finish();

    // host: lower-case, without port. Exact names first, then wildcards, whose star stands for one
    // label as in certificates (RFC 9525 6.3). nullptr: nobody serves it.
    Site* find(std::string_view host) const;
    // Whose limits and pages hold where no site is known.
    Site& first() const { return *first_; }
    bool empty() const { return first_ == nullptr; }
    bool tls = false;
    bool h2c = false;  // HTTP/2 without TLS is spoken, too
    // Of a TLS listener, for those who speak without: they are sent to https.
    bool misplaced = false;

private:
    using Entry = std::pair<std::string, Site*>;

    static Site* look_up(const std::vector<Entry>& entries, std::string_view name);

    Site *first_ = nullptr, *nameless_ = nullptr;
    std::vector<Entry> exact_;      // sorted by name
    std::vector<Entry> wildcards_;  // ".example.com", sorted as well
};

struct RouteMatch {
    const Route* route = nullptr;  // NULL: none
    size_t index = 0;
    bool other_method = false;  // a route would match but for its methods
};

// The first route from `first` on whose conditions the request meets.
RouteMatch find_route(const Site& site, const berth_http_req& request, size_t first);

// Methods of the routes that match but for their methods: "GET, HEAD, POST".
std::string allowed_methods(const Site& site, const berth_http_req& request);

}  // namespace berth::http
