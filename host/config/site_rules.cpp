#include "config/site_rules.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace berth {
namespace {

std::string first_on(const Place& place) {
    return "the first one is at " + place.text();
}

class SiteRules {
public:
    SiteRules(Config& config, Diagnostics& diagnostics)
        : config_(config), diagnostics_(diagnostics) {}

    void run() {
        for (uint32_t i = 0; i < config_.sites.size(); ++i) {
            check_name(config_.sites[i]);
            for (ListenAddress& address : config_.sites[i].listen) {
                join(address, i);
            }
        }
        for (const ListenerConfig& listener : config_.listeners) {
            check_hosts(listener);
            check_settings(listener);
        }
    }

private:
    void check_name(const SiteConfig& site) {
        const auto [first, is_new] = names_.emplace(site.name, site.place);
        if (!is_new && !site.name.empty()) {
            diagnostics_.error(Problem::kDuplicateSite,
                               site.place,
                               "a second site is called '" + site.name + "'",
                               {first_on(first->second)});
        }
    }

    void join(ListenAddress& address, uint32_t site) {
        // Port 0 asks for a port of its own each time, but all sites of one URL share it.
        const auto id = static_cast<uint32_t>(config_.listeners.size());
        const auto [found, is_new] = by_socket_.emplace(address.socket_text(), id);
        address.listener = found->second;
        if (is_new) {
            config_.listeners.push_back({address, {site}});
            return;
        }
        ListenerConfig& listener = config_.listeners[found->second];
        if (listener.address.text() != address.text()) {
            diagnostics_.error(
                Problem::kAddressConflict,
                address.place,
                address.text() + " and " + listener.address.text() + " need the same address",
                {first_on(listener.address.place), "give one of them another port"});
            return;
        }
        listener.sites.push_back(site);
    }

    void check_hosts(const ListenerConfig& listener) {
        const std::string at = listener.address.text();
        std::map<std::string, const SiteConfig*> owners;
        for (const uint32_t index : listener.sites) {
            const SiteConfig& site = config_.sites[index];
            if (site.hosts.empty()) {
                check_default(owners.emplace("", &site).first->second, site, at);
            }
            for (const std::string& host : site.hosts) {
                const SiteConfig* first = owners.emplace(host, &site).first->second;
                if (first != &site) {
                    diagnostics_.error(
                        Problem::kDuplicateHost,
                        site.place,
                        "'" + first->name + "' and '" + site.name + "' both serve " + host +
                            " on " + at,
                        {first_on(first->place), "take the name out of one of them"});
                }
            }
        }
    }

    void check_default(const SiteConfig* first, const SiteConfig& site, const std::string& at) {
        if (first != &site) {
            diagnostics_.error(
                Problem::kTwoDefaultSites,
                site.place,
                "'" + first->name + "' and '" + site.name + "' both serve every name on " + at,
                {first_on(first->place), "give one of them hosts, or another port"});
        }
    }

    // The host decides on a connection before it knows which site it is for.
    void check_settings(const ListenerConfig& listener) {
        const SiteConfig& first = config_.sites[listener.sites.front()];
        for (const uint32_t index : listener.sites) {
            const SiteConfig& site = config_.sites[index];
            check_filters(first, site, listener.address.text());
            if (site.connections != first.connections) {
                diagnostics_.error(Problem::kListenerSettings,
                                   site.place,
                                   "'" + first.name + "' and '" + site.name + "' share " +
                                       listener.address.text() + " but differ in " +
                                       difference(first.connections, site.connections),
                                   {"these settings act before the site is known: make them equal, "
                                    "or give one site an address of its own"});
            }
        }
    }

    void check_filters(const SiteConfig& first, const SiteConfig& site, const std::string& at) {
        const RawMember* mine = site.raw.find("connection_filters");
        const RawMember* others = first.raw.find("connection_filters");
        const RawNode none;
        if (!is_same(mine == nullptr ? none : mine->value,
                     others == nullptr ? none : others->value)) {
            diagnostics_.error(Problem::kListenerSettings,
                               mine == nullptr ? site.place : mine->place,
                               "'" + first.name + "' and '" + site.name + "' share " + at +
                                   " but differ in connection_filters",
                               {"they act before the site is known: make them equal, or give one "
                                "site an address of its own"});
        }
    }

    static bool is_same(const RawNode& a, const RawNode& b) {
        const auto same_member = [](const RawMember& x, const RawMember& y) {
            return x.key == y.key && is_same(x.value, y.value);
        };
        return a.kind == b.kind && a.text == b.text &&
               std::equal(
                   a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), is_same) &&
               std::equal(a.members.begin(),
                          a.members.end(),
                          b.members.begin(),
                          b.members.end(),
                          same_member);
    }

    static std::string difference(const SiteLimits& a, const SiteLimits& b) {
        const std::pair<bool, const char*> settings[] = {
            {a.allow != b.allow, "limits.allow"},
            {a.deny != b.deny, "limits.deny"},
            {a.connections_max != b.connections_max, "limits.connections"},
            {a.connections_per_address != b.connections_per_address,
             "limits.connections_per_address"},
            {a.count_local != b.count_local, "limits.count_local"},
            {a.handshakes_max != b.handshakes_max, "limits.handshakes"},
            {a.send_rate_min != b.send_rate_min, "limits.send_rate"},
            {a.handshake_ms != b.handshake_ms, "timeouts.handshake"},
            {a.send_ms != b.send_ms, "timeouts.send"},
        };
        std::string all;
        for (const auto& [differs, name] : settings) {
            all += differs ? (all.empty() ? "" : ", ") + std::string(name) : "";
        }
        return all;
    }

    Config& config_;
    Diagnostics& diagnostics_;
    std::map<std::string, Place> names_;
    std::map<std::string, uint32_t> by_socket_;
};

}  // namespace

void join_sites(Config& config, Diagnostics& diagnostics) {
    SiteRules(config, diagnostics).run();
}

}  // namespace berth
