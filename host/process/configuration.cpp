#include "process/configuration.h"

#include "base/sys.h"
#include "config/config_loader.h"
#include "plugin/plugin_folders.h"
#include "process/diagnostics_text.h"
#include "process/privileges.h"

#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

namespace berth {
namespace {

KeyFileRules key_file_rules(const MachineConfig& machine) {
    KeyFileRules rules{sys().geteuid(), sys().getegid()};
    if (auto identity = resolve_service_user(machine.user, setuid_variable())) {
        rules.service_group = identity.value().gid;
    }
    return rules;
}

void add_roots(const RawNode& node, std::vector<std::string>& paths) {
    for (const RawMember& member : node.members) {
        if (member.key == "root" && member.value.is_scalar()) {
            paths.push_back(member.value.text);
        }
        add_roots(member.value, paths);
    }
    for (const RawNode& item : node.items) {
        add_roots(item, paths);
    }
}

// What plugins of sites call `root`, and what a one-shot command serves that is told nothing.
std::vector<std::string> root_paths(const Config& config) {
    std::vector<std::string> paths;
    for (const SiteConfig& site : config.sites) {
        add_roots(site.raw, paths);
    }
    if (config.one_shot) {
        paths.emplace_back(".");
    }
    return paths;
}

}  // namespace

ConfigReader file_reader(std::string path) {
    return [path = std::move(path)](Diagnostics& diagnostics) {
        return load_config(path, diagnostics);
    };
}

ConfigReader one_shot_reader(OneShot command) {
    return [command = std::move(command)](Diagnostics& diagnostics) {
        return one_shot_config(command, real_outside(), diagnostics);
    };
}

std::unique_ptr<Snapshot> read_snapshot(const ConfigReader& reader, Diagnostics& diagnostics) {
    auto snapshot = std::make_unique<Snapshot>();
    snapshot->config = reader(diagnostics);
    if (!diagnostics.has_errors()) {
        snapshot->tls = TlsMaterial::load(
            snapshot->config, key_file_rules(snapshot->config.machine), diagnostics);
    }
    if (diagnostics.has_errors()) {
        return nullptr;
    }
    snapshot->plugins =
        PluginFiles(plugin_folders(snapshot->config.machine.plugin_path), sys().geteuid());
    snapshot->roots = DocumentRoots(root_paths(snapshot->config));
    snapshot->warnings = diagnostics.empty() ? "" : diagnostics_text(diagnostics);
    return snapshot;
}

SnapshotSource snapshot_source(ConfigReader reader) {
    return [reader = std::move(reader)]() -> Result<std::unique_ptr<Snapshot>> {
        Diagnostics diagnostics;
        auto snapshot = read_snapshot(reader, diagnostics);
        if (snapshot == nullptr) {
            return diagnostics_error(diagnostics);
        }
        return snapshot;
    };
}

}  // namespace berth
