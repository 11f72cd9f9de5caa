#include "config/machine_reader.h"

#include "config/host_schema.h"
#include "config/no_plugins.h"
#include "config/schema_check.h"

#include <pwd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <thread>
#include <utility>

namespace berth {
namespace {

struct Unfinished {
    std::string_view key, message, help;
};

// Keys of the grammar whose feature does not exist yet. Refused, because a setting that is accepted
// and does nothing is worse.
constexpr std::array kUnfinished{
    Unfinished{"groups",
               "this version of Berth has no worker groups yet",
               "delete the setting: all workers serve all sites"},
    Unfinished{"acme",
               "this version of Berth cannot get certificates by itself yet",
               "give each site cert and key, or tls: self-signed"},
    Unfinished{"metrics",
               "this version of Berth serves no metrics over HTTP yet",
               "delete the setting: berth status prints the counters"},
};

constexpr std::array<std::string_view, 12> kMachineKeys{"workers",
                                                        "sites",
                                                        "admin",
                                                        "reload",
                                                        "plugins",
                                                        "user",
                                                        "poll",
                                                        "backlog",
                                                        "groups",
                                                        "acme",
                                                        "metrics",
                                                        "stop_timeout"};

std::vector<std::string> texts(const berth_cfg* node) {
    std::vector<std::string> result;
    if (node != nullptr && node->kind == berth_cfg::Kind::kText) {
        result.push_back(node->text);
    } else if (node != nullptr) {
        for (const berth_cfg& item : node->items) {
            result.push_back(item.text);
        }
    }
    return result;
}

const berth_cfg* find(const berth_cfg& node, std::string_view map, std::string_view key) {
    const berth_cfg* inner = node.find(map);
    return inner == nullptr ? nullptr : inner->find(key);
}

template <class Number>
void take(const berth_cfg* node, Number& number) {
    if (node != nullptr && node->kind != berth_cfg::Kind::kNull) {
        number = static_cast<Number>(std::clamp<int64_t>(node->i64, 0, INT32_MAX));
    }
}

void take_text(const berth_cfg* node, std::string& text) {
    if (node != nullptr && node->kind == berth_cfg::Kind::kText) {
        text = node->text;
    }
}

unsigned cpu_count() {
    return std::max(1u, std::thread::hardware_concurrency());
}

void check_user(const berth_cfg* user, Diagnostics& diagnostics) {
    if (user != nullptr && !user->text.empty() && getpwnam(user->text.c_str()) == nullptr) {
        diagnostics.error(Problem::kUnknownUser,
                          user->place,
                          "this machine has no user '" + user->text + "'",
                          {"try: sudo useradd --system --no-create-home " + user->text});
    }
}

RawNode without_unfinished(const RawNode& document, Diagnostics& diagnostics) {
    RawNode rest = document;
    for (const Unfinished& unfinished : kUnfinished) {
        const RawMember* member = rest.find(unfinished.key);
        if (member != nullptr) {
            diagnostics.error(Problem::kNotYet,
                              member->place,
                              std::string(unfinished.message),
                              {std::string(unfinished.help)});
            rest.members.erase(rest.members.begin() + (member - rest.members.data()));
        }
    }
    return rest;
}

void read_process(const berth_cfg& node, MachineConfig& machine) {
    const berth_cfg* workers = node.find("workers");
    if (workers != nullptr && workers->kind == berth_cfg::Kind::kInteger) {
        machine.workers = workers->text;
        take(workers, machine.worker_count);
    }
    take_text(node.find("user"), machine.user);
    take_text(node.find("poll"), machine.poll);
    take(node.find("backlog"), machine.backlog);
    take(node.find("stop_timeout"), machine.stop_ms);
    const berth_cfg* timeout = node.find("poll_timeout");
    if (timeout != nullptr && timeout->text != "forever" && timeout->text != "-1") {
        take(timeout, machine.poll_timeout_ms);
    }
}

}  // namespace

MachineConfig default_machine() {
    MachineConfig machine;
    machine.worker_count = cpu_count();
    return machine;
}

MachineFile read_machine(const RawNode& document, Diagnostics& diagnostics) {
    MachineFile file;
    file.machine = default_machine();
    NoPlugins no_plugins;
    const berth_cfg node = SchemaCheck(no_plugins, diagnostics)
                               .check(machine_schema(),
                                      without_unfinished(document, diagnostics),
                                      "berth.yaml",
                                      document.place);
    MachineConfig& machine = file.machine;
    read_process(node, machine);
    check_user(node.find("user"), diagnostics);
    take_text(find(node, "log", "level"), machine.log_level);
    take_text(find(node, "log", "to"), machine.log_to);
    take_text(find(node, "admin", "socket"), machine.admin_socket);
    take(find(node, "reload", "drain"), machine.drain_ms);
    take(find(node, "reload", "idle"), machine.drain_idle_ms);
    take(find(node, "reload", "generations"), machine.generations);
    if (const RawMember* access_log = document.find("access_log")) {
        machine.access_log = access_log->value;
    }
    machine.plugin_path = texts(find(node, "plugins", "path"));
    file.site_globs = texts(node.find("sites"));
    if (const RawMember* sites = document.find("sites")) {
        file.sites_place = sites->value.place;
    } else {
        file.sites_place.source = document.place.source;
    }
    return file;
}

bool is_machine_document(const RawNode& document) {
    if (document.find("site") != nullptr) {
        return false;
    }
    return std::any_of(kMachineKeys.begin(), kMachineKeys.end(), [&](std::string_view key) {
        return document.find(key) != nullptr;
    });
}

}  // namespace berth
