#pragma once

#include "config/diagnostic.h"
#include "config/raw_node.h"
#include "config/substitution.h"

#include <vector>

namespace berth {

// Bounds of one YAML file besides its size.
constexpr size_t kYamlDepthMax = 32;
constexpr size_t kYamlAliasNodesMax = 1'000;
constexpr size_t kYamlNodesMax = 200'000;

// The documents of a YAML file, one tree each; empty documents are left out. Everything that
// Berth's subset of YAML does not allow is reported; trees are only usable when nothing was.
std::vector<RawNode> read_yaml(const SourceRef& source,
                               const Outside& outside,
                               Diagnostics& diagnostics);

}  // namespace berth
