#pragma once

#include <string>
#include <vector>

namespace berth {

// What decides where plugins are looked for.
struct PluginFolderSources {
    std::vector<std::string> configured;  // `plugins.path`
    std::string environment;              // BERTH_PLUGINS: folders separated by ':'
    bool privileged = false;              // then the environment decides nothing
    std::string program_folder;           // where the running program lies
};

// The configured folders, else those of the environment, else those beside the program and those of
// the installation. Later ones are searched when earlier ones do not have a plugin.
std::vector<std::string> plugin_folders(const PluginFolderSources& sources);

// The same with what this process has.
std::vector<std::string> plugin_folders(const std::vector<std::string>& configured);

}  // namespace berth
