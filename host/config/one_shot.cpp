#include "config/one_shot.h"

#include "config/host_name.h"
#include "config/listen_url.h"
#include "config/machine_reader.h"
#include "config/network_format.h"
#include "config/one_shot_input.h"
#include "config/one_shot_tls.h"
#include "config/site_reader.h"
#include "config/site_rules.h"
#include "config/suggestion.h"
#include "config/tree_build.h"
#include "config/value_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

namespace berth {
namespace {

using Value = OneShotInput::Value;

const std::vector<std::string> kVariables{
    "HOST",         "PORT",     "UNIX_PATH",       "IPV6",         "SSL",
    "KEY_FILE",     "CER_FILE", "KEY_DATA",        "CER_DATA",     "CA_FILE",
    "SSL_VERIFY",   "SSL_HOST", "SSL_FINGERPRINT", "SSL_CONTEXTS", "CHILDREN",
    "CHILD",        "BACKLOG",  "ALLOWED",         "MIDDLEWARE",   "POLL",
    "POLL_TIMEOUT", "LEVEL",    "SETUID",          "H2C"};

// As they are written, for suggestions.
const std::vector<std::string> kOptions{"--host",
                                        "--port",
                                        "--unix-path",
                                        "--ipv6",
                                        "--lan",
                                        "--tls",
                                        "--cert",
                                        "--key",
                                        "--h2c",
                                        "--auth",
                                        "--workers",
                                        "--backlog",
                                        "--poll",
                                        "--poll-timeout",
                                        "--level",
                                        "--allowed"};

std::vector<std::string> variables_of(const OneShot& command) {
    std::vector<std::string> names = kVariables;
    if (!command.argument.variable.empty()) {
        names.push_back(command.argument.variable);
    }
    return names;
}

struct Middleware {
    std::string_view name, plugin;
};
// By the names that MIDDLEWARE has always had.
constexpr std::array kMiddleware{
    Middleware{"annoyer", "annoyer"},
    Middleware{"blacklist", "blacklist"},
    Middleware{"flood", "flood"},
    Middleware{"proxy", "proxy_protocol"},
};

struct Level {
    std::string_view name, meaning;
};
constexpr std::array kLevels{Level{"trace", "debug"},
                             Level{"debug", "debug"},
                             Level{"info", "info"},
                             Level{"warn", "warning"},
                             Level{"warning", "warning"},
                             Level{"error", "error"},
                             Level{"critical", "error"},
                             Level{"silent", "error"}};

class OneShotReader {
public:
    OneShotReader(const OneShot& command, const Outside& outside, Diagnostics& diagnostics)
        : command_(command),
          input_(command, variables_of(command), outside),
          diagnostics_(diagnostics) {}

    Config read() {
        Config config;
        config.one_shot = true;
        config.machine = default_machine();
        read_machine(config.machine);

        RawNode site = raw_map({});
        add_member(site, "site", raw_text(command_.plugin, {}));
        add_member(site, "listen", raw_text(listen_url(), place_));
        if (is_on("SSL")) {
            add_member(site, "tls", one_shot_tls(input_, diagnostics_));
        } else {
            warn_about_unused_keys();
        }
        add_member(site, "limits", limits());
        if (command_.shows_requests) {
            add_member(site, "access_log", request_lines());
        }
        if (!command_.user.empty()) {
            add_member(site, "filters", raw_list(user_filter()));
        }
        if (is_on("H2C")) {
            RawNode yes = raw_text("true", place_);
            yes.substituted = true;  // typed as the protocol's schema says
            add_member(site, "h2c", std::move(yes));
        }
        add_connection_filters(site);
        add_member(site, command_.plugin, plugin_settings());
        std::optional<SiteConfig> read = read_site(std::move(site), diagnostics_);
        if (read) {
            config.sites.push_back(std::move(*read));
        }
        join_sites(config, diagnostics_);
        return config;
    }

private:
    void refuse(const Value& value, const std::string& what, const std::string& help) {
        diagnostics_.error(
            Problem::kVariable, value.place, value.name + ": '" + value.text + "' " + what, {help});
    }

    void warn_about_unused_keys() {
        for (const char* name : {"CER_FILE", "KEY_FILE", "CER_DATA", "KEY_DATA", "SSL_CONTEXTS"}) {
            if (const std::optional<Value> value = input_.find(name)) {
                const bool option = value->is_option();
                diagnostics_.warning(
                    Problem::kTlsUnused,
                    value->place,
                    value->name + " is set, but " + (option ? "--tls" : "SSL") + " is not",
                    {option ? "add --tls" : "set SSL=1"});
            }
        }
    }

    bool is_on(const std::string& name) {
        const std::optional<Value> value = input_.find(name);
        return value && one_shot_flag(*value, diagnostics_);
    }

    // http://127.0.0.1:8080, put together from HOST, PORT, IPV6, UNIX_PATH and SSL.
    std::string listen_url() {
        const std::string scheme = is_on("SSL") ? "https://" : "http://";
        const std::optional<Value> path = input_.find("UNIX_PATH");
        std::optional<Value> host = input_.find("HOST");
        if (path || (host && host->text == "unix")) {
            place_ = path ? path->place : host->place;
            return scheme + "unix:" + (path ? path->text : "");
        }
        const bool v6 = is_on("IPV6");
        std::string name = host ? host->text : v6 ? "::1" : "127.0.0.1";
        if (host) {
            place_ = host->place;
            check_family(*host, v6);
        }
        if (name.find(':') != std::string::npos && name.front() != '[') {
            name = "[" + name + "]";
        }
        return scheme + name + ":" + std::to_string(port());
    }

    void check_family(const Value& host, bool v6) {
        if (v6 && is_ipv4(host.text)) {
            refuse(host, "is an IPv4 address, but IPV6 is set", "write an IPv6 address such as ::");
        }
    }

    uint16_t port() {
        const std::optional<Value> value = input_.find("PORT");
        if (!value) {
            return kDefaultPort;
        }
        const std::optional<uint16_t> port = read_port(value->text);
        if (!port) {
            refuse(*value, "is not a port", "ports are 1 to 65535, or 0 for any free one");
        }
        return port.value_or(kDefaultPort);
    }

    RawNode limits() {
        RawNode limits = raw_map({});
        if (command_.large_bodies) {
            add_member(limits, "body", raw_text("16GiB", {}));
        }
        const std::optional<Value> allowed = input_.find("ALLOWED");
        if (!allowed) {
            return limits;
        }
        add_member(limits, "allow", split_text(raw_text(allowed->text, allowed->place)));
        return limits;
    }

    static RawNode request_lines() {
        RawNode log = raw_map({});
        add_member(log, "format", raw_text("short", {}));
        return log;
    }

    RawNode user_filter() const {
        RawNode users = raw_map({}), basic = raw_map({}), auth = raw_map({}), filter = raw_map({});
        add_member(users, command_.user, raw_text(command_.password_hash, {}));
        add_member(basic, "users", std::move(users));
        add_member(auth, "basic", std::move(basic));
        add_member(filter, "auth", std::move(auth));
        return filter;
    }

    RawNode plugin_settings() {
        RawNode settings = raw_map({});
        for (const Value& value : input_.rest()) {
            add_setting(settings, setting_name(value.name), value);
        }
        // The supervisor opens the folder, so it cannot wait for phase 2.
        const OneShot::Argument& argument = command_.argument;
        const std::optional<Value> variable = input_.find(argument.variable);
        if (variable && settings.find(argument.setting) == nullptr) {
            add_setting(settings, argument.setting, *variable);
        }
        return settings;
    }

    static void add_setting(RawNode& settings, const std::string& name, const Value& value) {
        RawNode node = raw_text(value.text, value.place);
        node.substituted = true;
        settings.members.push_back(
            {name, value.name_place, std::move(node), nearest(value.name, kOptions)});
    }

    void read_machine(MachineConfig& machine) {
        std::optional<Value> children = input_.find("CHILDREN");
        const std::optional<Value> child = input_.find("CHILD");
        children = children ? children : child;
        // One worker unless more are asked for: a command tried by hand should not start a crowd.
        machine.worker_count = std::max(1u, static_cast<unsigned>(number(children, 1, 256)));
        machine.workers = std::to_string(machine.worker_count);
        machine.backlog = number(input_.find("BACKLOG"), machine.backlog, 65535);
        read_poll(machine);
        read_level(machine);
        if (const std::optional<Value> user = input_.find("SETUID")) {
            machine.user = user->text;
        }
    }

    int number(const std::optional<Value>& value, int otherwise, int most) {
        if (!value) {
            return otherwise;
        }
        const std::optional<int64_t> read = read_integer(value->text);
        if (!read || *read < 0 || *read > most) {
            refuse(*value,
                   "is not a number from 0 to " + std::to_string(most),
                   "write a whole number");
            return otherwise;
        }
        return static_cast<int>(*read);
    }

    void read_poll(MachineConfig& machine) {
        if (const std::optional<Value> poll = input_.find("POLL")) {
            machine.poll = lower_case(poll->text);
            if (machine.poll != "auto" && machine.poll != "epoll" && machine.poll != "poll") {
                refuse(*poll, "is no way to wait for events", "choices are auto, epoll, poll");
            }
        }
        const std::optional<Value> timeout = input_.find("POLL_TIMEOUT");
        if (!timeout || timeout->text == "forever") {
            return;
        }
        constexpr double kSecondsMax = 3600;
        const std::optional<double> seconds = read_number(timeout->text);
        if (!seconds || (*seconds < 0 && *seconds != -1) || *seconds > kSecondsMax) {
            refuse(*timeout, "is not a time", "write seconds, or -1 for ever");
            return;
        }
        machine.poll_timeout_ms =
            *seconds < 0 ? -1 : static_cast<int>(std::lround(*seconds * 1000));
    }

    void read_level(MachineConfig& machine) {
        const std::optional<Value> level = input_.find("LEVEL");
        if (!level) {
            // What goes well has its line among the requests.
            machine.log_level = command_.shows_requests ? "warning" : machine.log_level;
            return;
        }
        if (const std::optional<int64_t> number = read_integer(level->text)) {
            machine.log_level = *number <= 10   ? "debug"
                                : *number <= 20 ? "info"
                                : *number <= 30 ? "warning"
                                                : "error";
            return;
        }
        const std::string name = lower_case(level->text);
        const auto known = std::find_if(
            kLevels.begin(), kLevels.end(), [&](const Level& l) { return l.name == name; });
        if (known == kLevels.end()) {
            refuse(*level, "is no level", "choices are DEBUG, INFO, WARNING, ERROR");
            return;
        }
        machine.log_level = known->meaning;
    }

    // MIDDLEWARE=blacklist;flood
    void add_connection_filters(RawNode& site) {
        const std::optional<Value> value = input_.find("MIDDLEWARE");
        if (!value) {
            return;
        }
        const RawNode names = split_text(raw_text(value->text, value->place));
        RawNode list = split_text(raw_text("", value->place));
        for (const RawNode& item : names.items) {
            const std::string& name = item.text;
            const auto known = std::find_if(kMiddleware.begin(),
                                            kMiddleware.end(),
                                            [&](const Middleware& m) { return m.name == name; });
            if (known != kMiddleware.end()) {
                list.items.push_back(raw_text(std::string(known->plugin), value->place));
                continue;
            }
            diagnostics_.error(Problem::kNoMiddleware,
                               value->place,
                               value->name + ": there is no '" + name + "'",
                               {name == "dummy" ? "write a site file with access_log"
                                                : "choices are annoyer, blacklist, flood, proxy"});
        }
        add_member(site, "connection_filters", std::move(list));
    }

    const OneShot& command_;
    OneShotInput input_;
    Diagnostics& diagnostics_;
    Place place_;  // of the variable that says where to listen
};

}  // namespace

Config one_shot_config(const OneShot& command, const Outside& outside, Diagnostics& diagnostics) {
    return OneShotReader(command, outside, diagnostics).read();
}

}  // namespace berth
