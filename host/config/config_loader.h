#pragma once

#include "config/config.h"
#include "config/substitution.h"

#include <string>

namespace berth {

// Phase 1, without any plugin code: reads every file once, checks the text and the host's own
// settings. path: a site file (one site per YAML document), a berth.yaml, or a folder that holds
// either. The result is only meaningful when diagnostics has no errors.
Config load_config(const std::string& path, Diagnostics& diagnostics);

// The same with values for ${...} from elsewhere.
Config load_config(const std::string& path, const Outside& outside, Diagnostics& diagnostics);

// The same for a text: sites, or a berth.yaml that names no files.
Config load_config_text(const SourceRef& source, const Outside& outside, Diagnostics& diagnostics);

}  // namespace berth
