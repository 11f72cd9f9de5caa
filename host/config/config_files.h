#pragma once

#include "config/diagnostic.h"

#include <string>
#include <vector>

namespace berth {

inline constexpr const char* kMachineFile = "/etc/berth/berth.yaml";

// Reads a configuration file; nullptr when it cannot be read, which is reported.
// from: the setting that names the file, may be unknown.
SourceRef read_source(const std::string& path, const Place& from, Diagnostics& diagnostics);

// The *.yaml files of a folder in order of their names. What looks like a configuration but is not
// loaded is warned about.
std::vector<std::string> site_files_in(const std::string& folder, Diagnostics& diagnostics);

// The files that a pattern of `sites` names, relative to the folder.
std::vector<std::string> site_files(const std::string& folder,
                                    const std::string& pattern,
                                    Diagnostics& diagnostics);

}  // namespace berth
