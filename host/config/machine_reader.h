#pragma once

#include "config/config.h"

#include <string>
#include <vector>

namespace berth {

// A berth.yaml.
struct MachineFile {
    MachineConfig machine;
    std::vector<std::string> site_globs;  // relative to the file's folder
    Place sites_place;
};

MachineFile read_machine(const RawNode& document, Diagnostics& diagnostics);

// The machine as it is without a berth.yaml.
MachineConfig default_machine();

// Is this document meant to be a berth.yaml rather than a site?
bool is_machine_document(const RawNode& document);

}  // namespace berth
