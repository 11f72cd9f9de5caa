#include "config/site_reader.h"

#include "config/host_name.h"
#include "config/host_schema.h"
#include "config/listen_url.h"
#include "config/no_plugins.h"
#include "config/schema_check.h"
#include "config/tls_reader.h"
#include "config/value_format.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace berth {
namespace {

// Protocols that turn TLS on inside a plain connection.
constexpr std::array<std::string_view, 7> kStartTls{
    "smtp", "submission", "lmtp", "pop3", "imap", "ftp", "xmpp"};

// One text, or a list of them.
std::vector<const berth_cfg*> texts(const berth_cfg* node) {
    std::vector<const berth_cfg*> result;
    if (node != nullptr && node->kind == berth_cfg::Kind::kText) {
        result.push_back(node);
    } else if (node != nullptr) {
        for (const berth_cfg& item : node->items) {
            if (item.kind == berth_cfg::Kind::kText) {
                result.push_back(&item);
            }
        }
    }
    return result;
}

std::vector<std::string> list(const berth_cfg* node) {
    std::vector<std::string> result;
    for (const berth_cfg* text : texts(node)) {
        result.push_back(text->text);
    }
    return result;
}

// Values out of bounds were reported; they must not wrap on the way.
uint32_t number(const berth_cfg* map, std::string_view key, uint32_t otherwise) {
    const berth_cfg* node = map == nullptr ? nullptr : map->find(key);
    if (node == nullptr) {
        return otherwise;
    }
    return static_cast<uint32_t>(std::clamp<int64_t>(node->i64, 0, UINT32_MAX));
}

std::string host_help(const std::string& name) {
    const size_t scheme = name.find("://");
    const size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
    const std::string host = name.substr(begin, name.find_first_of(":/", begin) - begin);
    return is_served_name(host) ? "did you mean '" + host + "'?"
                                : "write for example shop.example.com or *.example.com";
}

class SiteReader {
public:
    explicit SiteReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    SiteConfig read(RawNode document) {
        SiteConfig site;
        const RawMember* name = document.find("site");
        site.place = name == nullptr ? document.place : name->value.place;
        check_bare_port(document);
        NoPlugins no_plugins;
        const berth_cfg node = SchemaCheck(no_plugins, diagnostics_)
                                   .check(site_schema(), document, "the site", document.place);
        if (const berth_cfg* text = node.find("site")) {
            site.name = text->text;
        }
        for (const berth_cfg* url : texts(node.find("listen"))) {
            add_address(*url, site);
        }
        for (const berth_cfg* host : texts(node.find("hosts"))) {
            add_host(*host, site);
        }
        const size_t errors = diagnostics_.error_count();
        if (const berth_cfg* tls = node.find("tls")) {
            read_tls(*tls, document.find("tls")->place, site, diagnostics_);
        }
        if (diagnostics_.error_count() == errors) {
            check_tls(site);
        }
        read_limits(node, site);
        if (const berth_cfg* enabled = node.find("enabled")) {
            site.enabled = enabled->i64 != 0;
        }
        refuse_unfinished(document);
        site.raw = std::move(document);
        return site;
    }

private:
    // `listen: 8080` is no text for YAML, but its author needs to hear about the protocol.
    void check_bare_port(RawNode& document) {
        for (RawMember& member : document.members) {
            const RawNode& value = member.value;
            if (member.key == "listen" && value.is_scalar() && !value.quoted &&
                read_integer(value.text)) {
                const ListenUrl read = read_listen_url(value.text);
                diagnostics_.error(Problem::kListenUrl, value.place, read.problem, {read.help});
                member.value.broken = true;
            }
        }
    }

    void add_address(const berth_cfg& url, SiteConfig& site) {
        ListenUrl read = read_listen_url(url.text);
        if (!read.problem.empty()) {
            diagnostics_.error(Problem::kListenUrl, url.place, read.problem, {read.help});
            return;
        }
        read.address.place = url.place;
        for (const ListenAddress& other : site.listen) {
            if (other.socket_text() == read.address.socket_text()) {
                diagnostics_.error(Problem::kAddressConflict,
                                   url.place,
                                   "the site listens on " + read.address.socket_text() + " twice",
                                   {"delete one of the two"});
                return;
            }
        }
        site.listen.push_back(std::move(read.address));
    }

    void add_host(const berth_cfg& host, SiteConfig& site) {
        const std::string name = lower_case(host.text);
        if (name == "*") {
            diagnostics_.error(Problem::kHostName,
                               host.place,
                               "'*' is not the name of a host",
                               {"leave hosts out: the site then serves every name"});
        } else if (!is_served_name(name)) {
            diagnostics_.error(Problem::kHostName,
                               host.place,
                               "'" + host.text + "' is not the name of a host",
                               {host_help(name)});
        } else if (std::find(site.hosts.begin(), site.hosts.end(), name) != site.hosts.end()) {
            diagnostics_.error(Problem::kDuplicateHost,
                               host.place,
                               "'" + name + "' stands in hosts twice",
                               {"delete one of the two"});
        } else {
            site.hosts.push_back(name);
        }
    }

    static void read_limits(const berth_cfg& node, SiteConfig& site) {
        const berth_cfg* limits = node.find("limits");
        const berth_cfg* timeouts = node.find("timeouts");
        SiteLimits& result = site.connections;
        result.allow = list(limits == nullptr ? nullptr : limits->find("allow"));
        result.deny = list(limits == nullptr ? nullptr : limits->find("deny"));
        result.connections_max = number(limits, "connections", 0);
        result.connections_per_address = number(limits, "connections_per_address", 1024);
        result.count_local = number(limits, "count_local", 0) != 0;
        result.handshakes_max = number(limits, "handshakes", 512);
        result.send_rate_min = number(limits, "send_rate", 500);
        result.handshake_ms = number(timeouts, "handshake", 10'000);
        result.send_ms = number(timeouts, "send", 30'000);
    }

    void check_tls(const SiteConfig& site) {
        const ListenAddress* secure = nullptr;
        bool upgrades = false;
        for (const ListenAddress& address : site.listen) {
            secure = address.tls && secure == nullptr ? &address : secure;
            upgrades =
                upgrades ||
                std::find(kStartTls.begin(), kStartTls.end(), address.protocol) != kStartTls.end();
        }
        if (secure != nullptr && !site.tls) {
            diagnostics_.error(
                Problem::kTlsMissing,
                secure->place,
                secure->protocol + "s:// needs the setting 'tls'",
                {"add tls: { cert: ..., key: ... }, or tls: self-signed",
                 "or listen on " + secure->protocol + "://" + secure->socket_text()});
        } else if (secure == nullptr && site.tls && !upgrades && !site.listen.empty()) {
            const ListenAddress& plain = site.listen.front();
            diagnostics_.warning(
                Problem::kTlsUnused,
                site.tls->place,
                "tls is set, but no address uses it",
                {"listen on " + plain.protocol + "s://" + plain.socket_text() + ", or delete tls"});
        }
    }

    void refuse_unfinished(const RawNode& document) {
        if (const RawMember* extends = document.find("extends")) {
            diagnostics_.error(Problem::kNotYet,
                               extends->place,
                               "this version of Berth has no 'extends' yet",
                               {"write the settings into the site itself"});
        }
        const RawMember* group = document.find("group");
        if (group != nullptr && group->value.text != "main") {
            diagnostics_.error(Problem::kNotYet,
                               group->place,
                               "this version of Berth has only the worker group 'main' yet",
                               {"delete the setting: every worker then serves this site"});
        }
    }

    Diagnostics& diagnostics_;
};

}  // namespace

std::optional<SiteConfig> read_site(RawNode document, Diagnostics& diagnostics) {
    if (!document.is_map()) {
        diagnostics.error(Problem::kNotASite,
                          document.place,
                          "this is no site",
                          {"a site is a map of settings that begins with: site: NAME",
                           "is the blank after a ':' missing?"});
        return std::nullopt;
    }
    return SiteReader(diagnostics).read(std::move(document));
}

}  // namespace berth
