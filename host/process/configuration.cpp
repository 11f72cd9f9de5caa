#include "process/configuration.h"

#include "base/sys.h"
#include "config/config_loader.h"
#include "plugin/plugin_folders.h"
#include "process/diagnostics_text.h"
#include "process/privileges.h"

#include <unistd.h>

#include <utility>

namespace berth {
namespace {

KeyFileRules key_file_rules(const MachineConfig& machine) {
    KeyFileRules rules{sys().geteuid(), sys().getegid()};
    if (auto identity = resolve_service_user(machine.user, setuid_variable())) {
        rules.service_group = identity.value().gid;
    }
    return rules;
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
