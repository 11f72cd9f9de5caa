#pragma once

#include "base/key_value_table.h"
#include "base/shared_regions.h"
#include "config/config_check.h"
#include "config/diagnostic.h"
#include "plugin/host_services.h"
#include "plugin/plugin_registry.h"
#include "process/zygote.h"

#include <memory>
#include <string>

namespace berth {

// What Berth's processes really do: the zygote loads the plugins that the configuration names,
// checks their settings and lets them prepare; its workers serve.
class PluginProgram final : public ZygoteProgram {
public:
    PluginProgram();
    ~PluginProgram() override;

    // Everything up to prepare(), once; reports what is wrong. Runs code of plugins.
    void check(const Snapshot& snapshot, const Step& step, Diagnostics& diagnostics);

    Result<std::string> prepare(const Snapshot& snapshot, const Step& step) override;
    int work(WorkerSetup setup) override;

private:
    void load_plugins(const Snapshot& snapshot, const Step& step, Diagnostics& diagnostics);
    void prepare_uses(const Step& step, Diagnostics& diagnostics);

    // Made before the zygotes are forked, so that all generations share them.
    const Result<std::unique_ptr<SharedRegions>> regions_;
    const Result<std::unique_ptr<KeyValueTable>> values_;
    std::unique_ptr<PluginRegistry> plugins_;
    std::unique_ptr<HostServices> services_;
    CheckedConfig checked_;
};

}  // namespace berth
