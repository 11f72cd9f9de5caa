#pragma once

#include "config/diagnostic.h"
#include "config/one_shot.h"
#include "process/snapshot.h"

#include <functional>
#include <memory>
#include <string>

namespace berth {

// Reads a configuration anew at each call: the first phase, before any plugin.
using ConfigReader = std::function<Config(Diagnostics&)>;

// A site file, a berth.yaml or a folder.
ConfigReader file_reader(std::string path);
// A command such as `berth hello` with its options and the environment.
ConfigReader one_shot_reader(OneShot command);

// The configuration, the bytes of its certificates and keys, and the plugin files, opened; nullptr
// when diagnostics has errors.
std::unique_ptr<Snapshot> read_snapshot(const ConfigReader& reader, Diagnostics& diagnostics);

// The same for a supervisor, whose errors are text.
SnapshotSource snapshot_source(ConfigReader reader);

}  // namespace berth
