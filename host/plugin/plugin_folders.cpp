#include "plugin/plugin_folders.h"

#include "base/sys.h"

#include <sys/auxv.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>

namespace berth {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split_path(const std::string& list) {
    std::vector<std::string> folders;
    std::istringstream stream(list);
    for (std::string folder; std::getline(stream, folder, ':');) {
        if (!folder.empty()) {
            folders.push_back(folder);
        }
    }
    return folders;
}

}  // namespace

std::vector<std::string> plugin_folders(const PluginFolderSources& sources) {
    if (!sources.configured.empty()) {
        return sources.configured;
    }
    if (!sources.environment.empty() && !sources.privileged) {
        return split_path(sources.environment);
    }
    std::vector<std::string> folders;
    // A build tree has its plugins beside the program; an installed program is in the system's bin.
    const fs::path program = sources.program_folder;
    if (!program.empty() && program != BERTH_BIN_FOLDER) {
        folders.push_back((program.parent_path() / "plugins").string());
        folders.push_back((program.parent_path() / BERTH_PLUGIN_FOLDER_BELOW_PREFIX).string());
    }
    folders.emplace_back(BERTH_PLUGIN_FOLDER);
    folders.emplace_back("/usr/local/lib/berth/plugins");
    return folders;
}

std::vector<std::string> plugin_folders(const std::vector<std::string>& configured) {
    PluginFolderSources sources;
    sources.configured = configured;
    const char* environment = std::getenv("BERTH_PLUGINS");
    sources.environment = environment == nullptr ? "" : environment;
    sources.privileged = sys().geteuid() == 0 || ::getauxval(AT_SECURE) != 0;
    std::error_code ignored;  // without /proc: the folders of the installation
    sources.program_folder = fs::read_symlink("/proc/self/exe", ignored).parent_path().string();
    return plugin_folders(sources);
}

}  // namespace berth
