#include "plugin/plugin_registry.h"

#include "base/log.h"
#include "config/known_plugins.h"
#include "plugin/plugin_library.h"

#include "berth/status.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace berth {
namespace {

namespace fs = std::filesystem;

bool contains(const std::vector<std::string>& list, std::string_view item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

// "berth.websocket/1" is provided by "websocket", "acme.geo/2" by "acme/geo".
std::string provider_of(std::string_view extension) {
    constexpr std::string_view kOurs = "berth.";
    std::string id(extension.substr(0, extension.find('/')));
    if (id.compare(0, kOurs.size(), kOurs) == 0) {
        return id.substr(kOurs.size());
    }
    const size_t vendor = id.find('.');
    if (vendor != std::string::npos) {
        id[vendor] = '/';
    }
    return id;
}

}  // namespace

// A plugin that was asked for: loaded, or refused with a reason.
struct PluginRegistry::Entry {
    std::unique_ptr<PluginLibrary> library;
    std::string refused;
    std::vector<FactoryInfo> factories;  // never grows once find() gave one away
    void* mod = nullptr;
    bool started = false;

    void describe_factories() {
        for (const CheckedFactory& checked : library->checked().factories) {
            factories.push_back(FactoryInfo{checked.factory->kind,
                                            checked.factory->name,
                                            library->manifest().id,
                                            &checked.schema,
                                            checked.factory,
                                            nullptr});
        }
    }

    Status start(const berth_host& host) {
        const berth_module& module = library->module();
        if (const berth_status status = module.load(&host, &mod); status < 0) {
            return Error{library->path() + ": load() failed: " + berth_status_name(status)};
        }
        started = true;
        for (FactoryInfo& factory : factories) {
            factory.mod = mod;
        }
        for (const std::string& id : library->checked().provides) {
            if (module.get_extension(mod, id.c_str()) == nullptr) {
                return Error{library->path() + ": promises extension '" + id +
                             "' and does not give it"};
            }
        }
        return Done{};
    }
};

PluginRegistry::PluginRegistry(Policy policy) : policy_(std::move(policy)) {}
PluginRegistry::~PluginRegistry() = default;

// The file that is named after the plugin, also when something is wrong with it, else any other
// that holds it.
const PluginFiles::File* PluginRegistry::locate(std::string_view id) const {
    std::string usual(id);
    std::replace(usual.begin(), usual.end(), '/', '-');
    for (const bool named_so : {true, false}) {
        for (const PluginFiles::File& file : policy_.files.all()) {
            if ((fs::path(file.path).stem() == usual) != named_so) {
                continue;
            }
            const auto read = PluginLibrary::inspect(file);
            if (read ? read.value().manifest.id == id : named_so) {
                return &file;
            }
        }
    }
    return nullptr;
}

PluginRegistry::Entry* PluginRegistry::entry(std::string_view id) {
    const auto known = entries_.find(id);
    if (known != entries_.end()) {
        return known->second.get();
    }
    const PluginFiles::File* const file = is_plugin_id(id) ? locate(id) : nullptr;
    if (file == nullptr) {
        return nullptr;
    }
    auto made = std::make_unique<Entry>();
    auto library = PluginLibrary::open(*file);
    if (library) {
        made->library = std::move(library).value();
        made->describe_factories();
        for (const std::string& warning : made->library->warnings()) {
            warnings_.push_back(file->path + ": " + warning);
        }
        log_debug("plugin ", id, " ", made->library->manifest().version, " is ", file->path);
    } else {
        made->refused = library.error().message;
    }
    return entries_.emplace(id, std::move(made)).first->second.get();
}

const FactoryInfo* PluginRegistry::find(std::string_view kind,
                                        std::string_view name,
                                        std::string* why_not) {
    const Entry* plugin = entry(name);
    if (plugin == nullptr) {
        return nullptr;
    }
    if (plugin->library == nullptr) {
        if (why_not != nullptr) {
            *why_not = plugin->refused;
        }
        return nullptr;
    }
    const auto found = std::find_if(
        plugin->factories.begin(), plugin->factories.end(), [&](const FactoryInfo& factory) {
            return factory.kind == kind;
        });
    return found == plugin->factories.end() ? nullptr : &*found;
}

std::vector<std::string> PluginRegistry::names(std::string_view kind) const {
    std::vector<std::string> ids;
    for (const AvailablePlugin& plugin : available()) {
        const std::string& id = plugin.manifest.id;
        if (plugin.refused.empty() && !contains(ids, id) && offers(id, kind)) {
            ids.push_back(id);
        }
    }
    return ids;
}

// As far as that is known before it is loaded.
bool PluginRegistry::offers(const std::string& id, std::string_view kind) const {
    const auto known = entries_.find(id);
    if (known == entries_.end()) {
        return may_offer(kind, id);
    }
    const auto& factories = known->second->factories;
    return std::any_of(factories.begin(), factories.end(), [&](const FactoryInfo& factory) {
        return factory.kind == kind;
    });
}

bool PluginRegistry::is_provided(std::string_view extension) const {
    const auto provides = [&](const auto& known) {
        return known.second->library != nullptr &&
               contains(known.second->library->checked().provides, extension);
    };
    return policy_.host_provides(extension) ||
           std::any_of(entries_.begin(), entries_.end(), provides);
}

// A plugin that only serves other plugins is named in no site: those that need it bring it along.
void PluginRegistry::find_providers() {
    std::vector<std::string> needed;
    for (const auto& [id, plugin] : entries_) {
        if (plugin->library != nullptr) {
            const auto& required = plugin->library->checked().required;
            needed.insert(needed.end(), required.begin(), required.end());
        }
    }
    for (size_t i = 0; i < needed.size(); ++i) {
        const std::string id = provider_of(needed[i]);
        if (is_provided(needed[i]) || entries_.count(id) != 0) {
            continue;
        }
        const Entry* found = entry(id);
        if (found != nullptr && found->library != nullptr) {
            const auto& required = found->library->checked().required;
            needed.insert(needed.end(), required.begin(), required.end());
        }
    }
}

Status PluginRegistry::load_all(const berth_host& host) {
    find_providers();
    std::vector<LoadNode> nodes;
    std::vector<Entry*> plugins;
    for (const auto& [id, plugin] : entries_) {
        if (plugin->library != nullptr) {
            const CheckedModule& checked = plugin->library->checked();
            nodes.push_back(LoadNode{plugin->library->path(), checked.required, checked.provides});
            plugins.push_back(plugin.get());
        }
    }
    const auto order = load_order(nodes, policy_.host_provides);
    if (!order) {
        return order.error();
    }
    for (const size_t i : order.value()) {
        if (plugins[i]->started) {
            continue;
        }
        loaded_.push_back(plugins[i]);
        if (auto started = plugins[i]->start(host); !started) {
            return started;
        }
    }
    return Done{};
}

const void* PluginRegistry::get_extension(std::string_view id) const {
    for (const Entry* plugin : loaded_) {
        if (plugin->started && contains(plugin->library->checked().provides, id)) {
            return plugin->library->module().get_extension(plugin->mod, std::string(id).c_str());
        }
    }
    return nullptr;
}

void PluginRegistry::unload_all() {
    for (auto at = loaded_.rbegin(); at != loaded_.rend(); ++at) {
        const berth_module& module = (*at)->library->module();
        if ((*at)->started && module.unload != nullptr) {
            module.unload((*at)->mod);
        }
    }
    loaded_.clear();
}

std::vector<std::string> PluginRegistry::used_by(std::string_view id) const {
    std::vector<std::string> users;
    const auto provider = entries_.find(id);
    if (provider == entries_.end() || provider->second->library == nullptr) {
        return users;
    }
    const auto& provides = provider->second->library->checked().provides;
    for (const auto& [user, plugin] : entries_) {
        if (plugin->library == nullptr) {
            continue;
        }
        const auto& required = plugin->library->checked().required;
        if (std::any_of(required.begin(), required.end(), [&](const std::string& extension) {
                return contains(provides, extension);
            })) {
            users.push_back(user);
        }
    }
    return users;
}

std::vector<AvailablePlugin> PluginRegistry::available() const {
    std::vector<AvailablePlugin> plugins;
    for (const PluginFiles::File& from : policy_.files.all()) {
        AvailablePlugin plugin{from.path, {}, {}};
        const auto file = PluginLibrary::inspect(from);
        if (!file) {
            plugin.refused = file.error().message;
        } else {
            plugin.manifest = file.value().manifest;
            const auto compatible = check_compatible(file.value());
            plugin.refused = compatible ? "" : from.path + ": " + compatible.error().message;
        }
        plugins.push_back(std::move(plugin));
    }
    return plugins;
}

}  // namespace berth
