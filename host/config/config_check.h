#pragma once

#include "config/config.h"
#include "config/config_node.h"
#include "config/factory_index.h"
#include "config/substitution.h"

#include <memory>
#include <string>
#include <vector>

namespace berth {

// A protocol and the sites it serves: one instance per worker.
struct ProtocolUse {
    std::string protocol;  // "http"
    PluginUse* use = nullptr;
    std::vector<uint32_t> listeners;  // ids: indexes of Config::listeners
};

// The part of the configuration that belongs to plugins, checked against their schemas.
struct CheckedConfig {
    // One per protocol: the list of its sites, see berth/protocol.h. Never changed after the check:
    // plugins hold pointers into it.
    std::vector<std::unique_ptr<berth_cfg>> roots;
    // In the order of creation: an instance comes after those that its settings name.
    std::vector<std::unique_ptr<PluginUse>> uses;
    std::vector<ProtocolUse> protocols;
    // Filters of each listener's connections, in order; by the listener's id.
    std::vector<std::vector<const PluginUse*>> connection_filters;
    std::vector<std::string> log_targets;  // of the plugins, each once: paths, "stdout", "stderr"
};

// Phase 2, where plugins are loaded: checks the sites against the schemas of the plugins that they
// name. For a one-shot command, settings also come from the environment (x-berth-env).
CheckedConfig check_config(const Config& config, FactoryIndex& index, Diagnostics& diagnostics);

// The same with an environment from elsewhere.
CheckedConfig check_config(const Config& config,
                           const Outside& outside,
                           FactoryIndex& index,
                           Diagnostics& diagnostics);

}  // namespace berth
