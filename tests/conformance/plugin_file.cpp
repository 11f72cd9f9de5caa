#include "plugin_file.h"

#include "support/fake_host.h"

#include "berth/cpp/text.hpp"

#include <dlfcn.h>

#include <stdexcept>

namespace berth::testing {
namespace {

bool provides(const berth_module& module, std::string_view id) {
    for (const char* const* provided = module.provides; *provided != nullptr; ++provided) {
        if (id == *provided) {
            return true;
        }
    }
    return false;
}

bool load_provider(FakeHost& host, std::string_view id) {
    for (const std::string& name : built_plugins()) {
        const berth_module& module = open_plugin(plugin_path(name));
        if (provides(module, id)) {
            return load_providers(host, module) && host.load(module) == BERTH_OK;
        }
    }
    return false;
}

}  // namespace

const berth_module& open_plugin(const std::string& path) {
    void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        throw std::runtime_error(dlerror());
    }
    using Entry = const berth_module* (*)();
    const auto entry = reinterpret_cast<Entry>(dlsym(library, "berth_module_v1"));
    if (entry == nullptr) {
        throw std::runtime_error(path + " has no berth_module_v1");
    }
    return *entry();
}

std::vector<std::string> built_plugins() {
    std::vector<std::string> names;
    std::string_view list = BERTH_PLUGINS;
    while (!list.empty()) {
        names.emplace_back(sdk::next_item(list));
    }
    return names;
}

std::string plugin_path(const std::string& name) {
    return BERTH_PLUGIN_FOLDER "/" + name + ".so";
}

bool load_providers(FakeHost& host, const berth_module& module) {
    for (const char* const* id = module.required; *id != nullptr; ++id) {
        const bool there = host.table().get_extension(&host.table(), *id) != nullptr;
        if (!there && !load_provider(host, *id)) {
            return false;
        }
    }
    return true;
}

const berth_factory* factory_of(const berth_module& module, std::string_view kind) {
    for (const berth_factory* const* factory = module.factories; *factory != nullptr; ++factory) {
        if (kind == (*factory)->kind) {
            return *factory;
        }
    }
    return nullptr;
}

}  // namespace berth::testing
