#include "config/config_check.h"

#include "config/host_schema.h"
#include "config/known_plugins.h"
#include "config/schema_check.h"
#include "config/suggestion.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace berth {
namespace {

constexpr const char* kProtocolKind = "berth.protocol/1";
// Keys of a site that are the host's alone: addresses and keys are no plugin's business.
constexpr std::string_view kHostKeys[] = {"version",
                                          "listen",
                                          "hosts",
                                          "tls",
                                          "allow",
                                          "deny",
                                          "group",
                                          "enabled",
                                          "extends",
                                          "connection_filters"};

// Client certificates, strict names or a higher version: what a handshake for another site would
// not have asked for.
bool is_strict(const std::optional<TlsSettings>& tls) {
    return tls && (tls->client_cert != TlsSettings::ClientCert::kNone || tls->strict_sni ||
                   tls->min_version != "1.2");
}

berth_cfg text_node(const std::string& text, const Place& place) {
    berth_cfg node;
    node.kind = berth_cfg::Kind::kText;
    node.text = text;
    node.place = place;
    node.where = place.text();
    return node;
}

berth_cfg integer_node(int64_t value, berth_cfg::Kind kind, const Place& place) {
    berth_cfg node = text_node(std::to_string(value), place);
    node.kind = kind;
    node.i64 = value;
    node.f64 = static_cast<double>(value);
    return node;
}

berth_cfg container(berth_cfg::Kind kind, const Place& place) {
    berth_cfg node = text_node("", place);
    node.kind = kind;
    return node;
}

class ConfigCheck {
public:
    ConfigCheck(const Config& config,
                const Outside& outside,
                FactoryIndex& index,
                Diagnostics& diagnostics)
        : config_(config), outside_(outside), index_(index), diagnostics_(diagnostics) {}

    CheckedConfig run() {
        for (const SiteConfig& site : config_.sites) {
            check_site(site);
        }
        CheckedConfig checked;
        checked.connection_filters.resize(config_.listeners.size());
        for (auto& [site, list] : connection_filters_) {
            collect_filters(*site, std::move(list), checked);
        }
        for (auto& [name, protocol] : protocols_) {
            auto root = std::make_unique<berth_cfg>(std::move(protocol.sites));
            root->factory = protocol.info;
            collect(*root, checked);
            checked.protocols.push_back({name, root->use, listeners_of(name)});
            checked.roots.push_back(std::move(root));
        }
        return checked;
    }

private:
    struct Protocol {
        const FactoryInfo* info = nullptr;
        berth_cfg sites;
    };

    void check_site(const SiteConfig& site) {
        std::vector<Protocol*> spoken;
        std::vector<const Schema*> schemas;
        for (const ListenAddress& address : site.listen) {
            Protocol* protocol = find_protocol(address);
            if (protocol != nullptr &&
                std::find(spoken.begin(), spoken.end(), protocol) == spoken.end()) {
                spoken.push_back(protocol);
                if (protocol->info->schema != nullptr) {
                    schemas.push_back(protocol->info->schema);
                }
            }
        }
        if (spoken.empty()) {
            return;
        }
        const Schema schema = joined_site_schema(schemas);
        RawNode raw = with_machine_defaults(site, schema);
        for (Protocol* protocol : spoken) {
            SchemaCheck check(index_, diagnostics_);
            if (config_.one_shot) {
                check.use_environment(outside_.variable);
            }
            berth_cfg checked = check.check(schema, raw, "the site", site.place);
            take_filters(site, checked);
            std::erase_if(raw.members, is_connection_filters);  // checked once for all protocols
            protocol->sites.items.push_back(node_of(site, std::move(checked), *protocol));
        }
    }

    // The protocol that a URL names, or nullptr, which is reported.
    Protocol* find_protocol(const ListenAddress& address) {
        const auto known = protocols_.find(address.protocol);
        if (known != protocols_.end()) {
            return &known->second;
        }
        std::string why_not;
        const FactoryInfo* info = index_.find(kProtocolKind, address.protocol, &why_not);
        if (info == nullptr) {
            report_unknown(address, why_not);
            return nullptr;
        }
        Protocol protocol;
        protocol.info = info;
        protocol.sites = container(berth_cfg::Kind::kList, address.place);
        return &protocols_.emplace(address.protocol, std::move(protocol)).first->second;
    }

    void report_unknown(const ListenAddress& address, const std::string& why_not) {
        const std::string& name = address.protocol;
        if (!why_not.empty()) {
            diagnostics_.error(Problem::kPluginRefused,
                               address.place,
                               "the plugin '" + name + "' cannot be used: " + why_not);
            return;
        }
        const std::string package = package_of_plugin(kProtocolKind, name);
        if (!package.empty()) {
            diagnostics_.error(Problem::kNotInstalled,
                               address.place,
                               "nothing here is called '" + name + "'",
                               {"Berth knows this protocol, but it is not installed",
                                "try: sudo apt install " + package});
            return;
        }
        const std::vector<std::string> names = index_.names(kProtocolKind);
        const std::string meant = nearest(name, names);
        std::string installed;
        for (const std::string& other : names) {
            installed += (installed.empty() ? "installed: " : ", ") + other;
        }
        diagnostics_.error(Problem::kUnknownProtocol,
                           address.place,
                           "no plugin speaks '" + name + "'",
                           {!meant.empty()      ? "did you mean '" + meant + "'?"
                            : installed.empty() ? "no protocol is installed"
                                                : installed});
    }

    RawNode with_machine_defaults(const SiteConfig& site, const Schema& schema) const {
        RawNode raw = site.raw;
        const RawNode& access_log = config_.machine.access_log;
        if (access_log.is_map() && schema.property("access_log") != nullptr &&
            raw.find("access_log") == nullptr) {
            raw.members.push_back({"access_log", access_log.place, access_log});
        }
        return raw;
    }

    // The site as its protocol sees it, see berth/protocol.h.
    berth_cfg node_of(const SiteConfig& site, berth_cfg checked, const Protocol& protocol) const {
        berth_cfg node = container(berth_cfg::Kind::kMap, checked.place);
        berth_cfg hosts = container(berth_cfg::Kind::kList, site.place);
        for (const std::string& host : site.hosts) {
            hosts.items.push_back(text_node(host, site.place));
        }
        berth_cfg listen = container(berth_cfg::Kind::kList, site.place);
        for (const ListenAddress& address : site.listen) {
            if (&protocols_.at(address.protocol) == &protocol) {
                listen.items.push_back(address_node(address));
            }
        }
        node.members.push_back({"hosts", std::move(hosts)});
        node.members.push_back({"listen", std::move(listen)});
        node.members.push_back(
            {"tls_strict",
             integer_node(is_strict(site.tls) ? 1 : 0, berth_cfg::Kind::kBool, site.place)});
        for (ConfigMember& member : checked.members) {
            if (std::find(std::begin(kHostKeys), std::end(kHostKeys), member.key) ==
                std::end(kHostKeys)) {
                node.members.push_back(std::move(member));
            }
        }
        return node;
    }

    static berth_cfg address_node(const ListenAddress& address) {
        const Place& place = address.place;
        berth_cfg node = container(berth_cfg::Kind::kMap, place);
        node.members.push_back(
            {"id", integer_node(address.listener, berth_cfg::Kind::kInteger, place)});
        node.members.push_back({"url", text_node(address.text(), place)});
        node.members.push_back(
            {"tls", integer_node(address.tls ? 1 : 0, berth_cfg::Kind::kBool, place)});
        return node;
    }

    static bool is_connection_filters(const RawMember& member) {
        return member.key == "connection_filters";
    }

    void take_filters(const SiteConfig& site, berth_cfg& checked) {
        for (ConfigMember& member : checked.members) {
            if (member.key == "connection_filters") {
                connection_filters_.emplace(&site, std::move(member.value));
            }
        }
    }

    // Those of a site that is the first one of a listener: the others have the same.
    void collect_filters(const SiteConfig& site, berth_cfg list, CheckedConfig& checked) const {
        auto root = std::make_unique<berth_cfg>(std::move(list));
        bool collected = false;
        for (uint32_t id = 0; id < config_.listeners.size(); ++id) {
            if (&config_.sites[config_.listeners[id].sites.front()] != &site) {
                continue;
            }
            if (!std::exchange(collected, true)) {
                collect(*root, checked);
            }
            for (const berth_cfg& item : root->items) {
                if (item.use != nullptr) {
                    checked.connection_filters[id].push_back(item.use);
                }
            }
        }
        checked.roots.push_back(std::move(root));
    }

    // Numbers the uses in a tree that will not move any more, the innermost first.
    static void collect(berth_cfg& node, CheckedConfig& checked) {
        for (ConfigMember& member : node.members) {
            collect(member.value, checked);
            if (member.value.factory != nullptr) {
                node.use = member.value.use;
            }
        }
        for (berth_cfg& item : node.items) {
            collect(item, checked);
        }
        if (node.is_log_target &&
            std::find(checked.log_targets.begin(), checked.log_targets.end(), node.text) ==
                checked.log_targets.end()) {
            checked.log_targets.push_back(node.text);
        }
        if (node.factory != nullptr) {
            auto use = std::make_unique<PluginUse>();
            use->number = static_cast<uint32_t>(checked.uses.size() + 1);
            use->factory = node.factory;
            use->node = &node;
            node.use = use.get();
            checked.uses.push_back(std::move(use));
        }
    }

    std::vector<uint32_t> listeners_of(const std::string& protocol) const {
        std::vector<uint32_t> ids;
        for (uint32_t id = 0; id < config_.listeners.size(); ++id) {
            if (config_.listeners[id].address.protocol == protocol) {
                ids.push_back(id);
            }
        }
        return ids;
    }

    const Config& config_;
    const Outside& outside_;
    FactoryIndex& index_;
    Diagnostics& diagnostics_;
    std::map<std::string, Protocol> protocols_;
    std::map<const SiteConfig*, berth_cfg> connection_filters_;
};

}  // namespace

CheckedConfig check_config(const Config& config, FactoryIndex& index, Diagnostics& diagnostics) {
    return check_config(config, real_outside(), index, diagnostics);
}

CheckedConfig check_config(const Config& config,
                           const Outside& outside,
                           FactoryIndex& index,
                           Diagnostics& diagnostics) {
    return ConfigCheck(config, outside, index, diagnostics).run();
}

}  // namespace berth
