#pragma once

#include "base/result.h"
#include "config/factory_index.h"
#include "plugin/load_order.h"
#include "plugin/manifest.h"
#include "plugin/plugin_files.h"

#include "berth/abi.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// A plugin file in one of the folders, by its manifest alone.
struct AvailablePlugin {
    std::string path;
    Manifest manifest;    // empty id when the file is no plugin
    std::string refused;  // why it cannot be loaded, or empty
};

// The plugins of one generation. Being in a folder makes a plugin available; find() loads those
// that the configuration names, load_all() starts them in the order of what they require.
class PluginRegistry final : public FactoryIndex {
public:
    struct Policy {
        const PluginFiles& files;          // the first that has a plugin wins
        ExtensionPredicate host_provides;  // extensions of the host itself
    };

    explicit PluginRegistry(Policy policy);
    ~PluginRegistry() override;

    // The plugin whose id is `name` offers the factories called `name`. The result stays valid as
    // long as the registry.
    const FactoryInfo* find(std::string_view kind,
                            std::string_view name,
                            std::string* why_not) override;
    // Ids of available plugins, without those known to offer only other kinds.
    std::vector<std::string> names(std::string_view kind) const override;

    // Calls load() of every plugin found so far, providers first, and fills in FactoryInfo::mod. An
    // extension that nobody of them provides is looked for in the plugin that it is named after.
    Status load_all(const berth_host& host);
    // An extension of a plugin that has been loaded, or nullptr.
    const void* get_extension(std::string_view id) const;
    // Calls unload(), users before providers. Only when the process ends in order.
    void unload_all();

    // Ids of plugins found so far that require an extension of this one.
    std::vector<std::string> used_by(std::string_view id) const;
    // Every file in the folders; runs nothing.
    std::vector<AvailablePlugin> available() const;
    // What is odd about the plugins found so far, each line with its file.
    const std::vector<std::string>& warnings() const { return warnings_; }

private:
    struct Entry;

    Entry* entry(std::string_view id);
    void find_providers();
    bool offers(const std::string& id, std::string_view kind) const;
    bool is_provided(std::string_view extension) const;
    const PluginFiles::File* locate(std::string_view id) const;

    Policy policy_;
    std::map<std::string, std::unique_ptr<Entry>, std::less<>> entries_;  // by id, refused ones too
    std::vector<Entry*> loaded_;                                          // in the order of load()
    std::vector<std::string> warnings_;
};

}  // namespace berth
