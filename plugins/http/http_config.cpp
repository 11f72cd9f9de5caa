#include "http_config.h"

#include "known_fields.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace berth::http {
namespace {

using sdk::Config;

constexpr uint16_t kHttpsPort = 443;

// Reads one site after the other into an HttpConfig; keeps the first error and goes on.
class ConfigReader {
public:
    ConfigReader(const HostApi& api, HttpConfig& into) : api_(api), into_(into) {}

    berth_status read(const Config& sites) {
        for (const Config site : sites) {
            read_site(site);
        }
        return status_;
    }

private:
    void note(berth_status status) {
        if (status < 0 && status_ >= 0) {
            status_ = status;
        }
    }

    void read_site(const Config& given) {
        auto site = std::make_unique<Site>();
        site->name = given["site"].text();
        for (const Config host : given["hosts"]) {
            site->hosts.push_back(sdk::lower_case(host.text()));
        }
        site->strict_tls = given["tls_strict"].boolean();
        read_limits(given, site->limits);
        site->h2c = given["h2c"].boolean();
        read_trace(given["trace"], *site);
        read_listen(given, *site);
        read_trust(given["trust"], site->trust);
        read_log(given["access_log"], *site);
        read_routes(given, *site);
        const auto timed = [](const Route& route) { return !route.filters.on_log().empty(); };
        site->timed = site->log != nullptr || !site->filters.on_log().empty() ||
                      std::any_of(site->routes.begin(), site->routes.end(), timed);
        count_answers(*site);
        into_.sites.push_back(std::move(site));
    }

    static uint64_t number_or(const Config& given, uint64_t absent) {
        return given ? given.size() : absent;
    }

    static void read_limits(const Config& given, SiteLimits& limits) {
        const Config sizes = given["limits"], times = given["timeouts"];
        const auto small = [&](const char* key, uint32_t absent) {  // the schema sees to that
            return static_cast<uint32_t>(number_or(sizes[key], absent));
        };
        limits.head.request_line = small("request_line", limits.head.request_line);
        limits.head.head = small("head", limits.head.head);
        limits.head.fields = small("fields", limits.head.fields);
        limits.body_bytes = number_or(sizes["body"], 16 << 20);
        limits.body_rate = number_or(sizes["body_rate"], 500);
        limits.head_ms = number_or(times["head"], 10'000);
        limits.body_ms = number_or(times["body"], 30'000);
        limits.idle_ms = number_or(times["idle"], 60'000);
        limits.send_ms = number_or(times["send"], 30'000);
    }

    static uint16_t port_of(std::string_view url) {
        const size_t colon = url.rfind(':');
        const auto port = colon == std::string_view::npos || url.substr(colon, 3) == "://"
                              ? std::nullopt
                              : sdk::parse_decimal(url.substr(colon + 1));
        return port && *port != 0 && *port <= 65535 ? static_cast<uint16_t>(*port) : kHttpsPort;
    }

    void read_listen(const Config& given, Site& site) {
        const Config redirect = given["redirect_to_https"];
        const bool redirects = !redirect || redirect.boolean();
        for (const Config listen : given["listen"]) {
            const bool tls = listen["tls"].boolean();
            into_.listen.push_back({static_cast<uint32_t>(listen["id"].integer()), tls, &site});
            if (tls && redirects && site.https_port == 0) {
                site.https_port = port_of(listen["url"].text());
            }
        }
    }

    void read_trust(const Config& given, Trust& trust) {
        note(sdk::read_networks(given["proxies"], &trust.proxies));
        trust.forwarded = given["field"].text() == "forwarded";
    }

    void read_log(const Config& given, Site& site) {
        const std::string_view format = given["format"].text();
        if (!given || format == "off" || api_.log == nullptr) {
            return;
        }
        const std::string_view to = given["to"].text();
        berth_sink* sink = api_.log->open(sdk::sv(to.empty() ? "stdout" : to), given["to"].node());
        if (sink == nullptr) {
            note(given.fail("the access log cannot be opened"));
            return;
        }
        if (!LogTemplate::is_template(format)) {
            site.log = into_.logs.add(*api_.log, sink, log_format(format));
            return;
        }
        std::string problem;
        if (auto lines = LogTemplate::parse(format, problem)) {
            site.log = into_.logs.add(*api_.log, sink, std::move(*lines));
        } else {
            note(given["format"].fail(problem));
        }
    }

    void read_trace(const Config& given, Site& site) {
        site.traces = given.boolean();
        if (site.traces && api_.crypto == nullptr) {
            note(given.fail("the host has no random numbers for traces", BERTH_E_UNSUPPORTED));
        }
    }

    void read_routes(const Config& given, Site& site) {
        std::vector<FilterUse> own;
        bool unavailable = false;
        read_filters(given["filters"], own, unavailable);
        site.filters = FilterChain(own);
        for (const Config route : given["routes"]) {
            site.routes.push_back(read_route(route, own, unavailable));
        }
        Route rest;  // the plugin key of the site itself
        const berth_status status = read_handler(given, rest.handler);
        if (status == BERTH_OK) {
            rest.filters = FilterChain(own);
            rest.unavailable = unavailable;
            site.routes.push_back(std::move(rest));
        }
    }

    Route read_route(const Config& given, std::vector<FilterUse> filters, bool unavailable) {
        Route route;
        const std::string_view path = given["path"].text();
        route.path = PathPattern::parse(path.empty() ? "/*" : path);
        for (const Config method : given["methods"]) {
            add_method(method.text(), route);
        }
        const Config headers = given["headers"];
        for (uint32_t i = 0; i < headers.count(); ++i) {
            std::string_view name;
            const Config value = headers.at(i, &name);
            route.headers.emplace_back(sdk::lower_case(name), value.text());
        }
        route.unavailable = unavailable;
        read_filters(given["filters"], filters, route.unavailable);
        route.filters = FilterChain(std::move(filters));
        if (read_handler(given, route.handler) == BERTH_E_INVAL) {
            note(given.fail("the route names no plugin that answers"));
        }
        return route;
    }

    static void add_method(std::string_view name, Route& route) {
        const uint8_t id = known_method(name);
        if (id == BERTH_M_OTHER) {
            route.other_methods.emplace_back(name);
            return;
        }
        route.methods = static_cast<uint16_t>(route.methods | 1 << id);
        if (id == BERTH_M_GET) {
            route.methods = static_cast<uint16_t>(route.methods | 1 << BERTH_M_HEAD);
        }
    }

    void read_filters(const Config& list, std::vector<FilterUse>& filters, bool& unavailable) {
        for (const Config item : list) {
            FilterUse filter;
            const berth_status status = use(item, filter);
            if (status == BERTH_OK) {
                filters.push_back(filter);
            } else if (status == BERTH_E_DENIED) {
                unavailable |= filter.fail_closed;
            } else {
                note(item.fail("the filter could not be set up", status));
            }
        }
    }

    berth_status read_handler(const Config& node, HandlerUse& handler) {
        const berth_status status = use(node, handler);
        if (status < 0) {
            handler = {};
        }
        return status == BERTH_E_DENIED ? BERTH_OK : status;
    }

    template <class Ops>
    static berth_status use(const Config& node, Use<Ops>& into) {
        berth_use found{};
        const berth_status status = node.use(&found);
        if (found.factory != nullptr) {
            into.ops = static_cast<const Ops*>(found.factory->ops);
            into.fail_closed = (found.factory->flags & BERTH_FAC_FAIL_CLOSED) != 0;
        }
        into.inst = found.inst;
        into.number = found.number;
        return status;
    }

    void count_answers(Site& site) const {
        for (size_t i = 0; i < site.answers.size(); ++i) {
            const std::string code = i == 0 ? "none" : std::to_string(i) + "xx";
            const std::string name =
                "berth_http_requests_total{site=\"" + site.name + "\",code=\"" + code + "\"}";
            site.answers[i] = api_.worker->counter(sdk::sv(name));
        }
    }

    const HostApi& api_;
    HttpConfig& into_;
    berth_status status_ = BERTH_OK;
};

// What can be judged before there are instances.
berth_status check_log(const Config& site) {
    const Config format = site["access_log"]["format"];
    std::string problem;
    const bool good = !LogTemplate::is_template(format.text()) ||
                      LogTemplate::parse(format.text(), problem).has_value();
    return good ? berth_status{BERTH_OK} : format.fail(problem);
}

berth_status check_answers(const Config& site) {
    berth_use found{};
    site.use(&found);
    const bool answers = found.factory != nullptr || site["routes"].count() != 0;
    return answers
               ? berth_status{BERTH_OK}
               : site.fail("nothing here answers: add `routes`, or a plugin such as `hello: {}`");
}

bool has_auth(const Config& filters) {
    for (const Config filter : filters) {
        berth_use found{};
        filter.use(&found);
        const auto* const ops = static_cast<const berth_http_filter_ops*>(
            found.factory != nullptr ? found.factory->ops : nullptr);
        if (ops != nullptr && ops->phase == BERTH_PHASE_AUTH) {
            return true;
        }
    }
    return false;
}

// Whether the handler of a route, or of a site, has in front of it what it asks for.
berth_status check_needs(const Config& node, bool guarded) {
    berth_use found{};
    node.use(&found);
    if (guarded || found.factory == nullptr) {
        return BERTH_OK;
    }
    const auto* const ops = static_cast<const berth_http_handler_ops*>(found.factory->ops);
    const Config settings = node[found.factory->name];
    const bool asks = BERTH_HAS(berth_http_handler_ops, ops, needs);
    if (!asks || (ops->needs(settings.ext(), settings.node()) & BERTH_NEED_AUTH) == 0) {
        return BERTH_OK;
    }
    return settings.fail(
        "clients may change things here: put `auth` in front, among the `filters`");
}

}  // namespace

berth_status check_config(const Config& sites) {
    berth_status status = BERTH_OK;
    const auto note = [&status](berth_status each) { status = each < 0 ? each : status; };
    for (const Config site : sites) {
        note(check_log(site));
        note(check_answers(site));
        const bool guarded = has_auth(site["filters"]);
        note(check_needs(site, guarded));
        for (const Config route : site["routes"]) {
            note(check_needs(route, guarded || has_auth(route["filters"])));
        }
    }
    return status;
}

berth_status read_config(const HostApi& api, const Config& sites, HttpConfig& into) {
    return ConfigReader(api, into).read(sites);
}

}  // namespace berth::http
