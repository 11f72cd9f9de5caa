#pragma once

#include "base/result.h"
#include "config/config.h"
#include "file/document_roots.h"
#include "plugin/plugin_files.h"
#include "process/tls_material.h"

#include <functional>
#include <memory>
#include <string>

namespace berth {

// What one generation serves: read once, kept until the generation ends, so that a new zygote
// begins from the same bytes.
struct Snapshot {
    Config config;
    TlsMaterial tls;
    PluginFiles plugins;
    DocumentRoots roots;
    std::string warnings;  // for whoever asked, may be empty
};

// Reads the configuration anew. Error: all diagnostics, and the exit code for them.
using SnapshotSource = std::function<Result<std::unique_ptr<Snapshot>>()>;

}  // namespace berth
