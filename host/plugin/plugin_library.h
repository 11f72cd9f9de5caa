#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "plugin/manifest.h"
#include "plugin/module_check.h"
#include "plugin/plugin_files.h"

#include <memory>
#include <string>
#include <vector>

namespace berth {

// One plugin file in the process: verified, loaded and its description checked; load() has not been
// called. Stays loaded until the process ends, whatever happens to this object.
class PluginLibrary {
public:
    // Reads the manifest of a trusted file and runs nothing. Errors begin with the path.
    static Result<PluginFile> inspect(const PluginFiles::File& file);
    // Verifies and loads. Errors begin with the path.
    static Result<std::unique_ptr<PluginLibrary>> open(const PluginFiles::File& file);

    ~PluginLibrary();
    PluginLibrary(const PluginLibrary&) = delete;
    PluginLibrary& operator=(const PluginLibrary&) = delete;

    const std::string& path() const { return path_; }
    const Manifest& manifest() const { return file_.manifest; }
    const berth_module& module() const { return *module_; }
    const CheckedModule& checked() const { return checked_; }
    const std::vector<std::string>& warnings() const { return warnings_; }

private:
    PluginLibrary(std::string path, PluginFile file);
    Status load(int trusted);

    std::string path_;
    PluginFile file_;
    const berth_module* module_ = nullptr;
    CheckedModule checked_;
    std::vector<std::string> warnings_;
};

}  // namespace berth
