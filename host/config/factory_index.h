#pragma once

#include "berth/abi.h"

#include <string>
#include <string_view>
#include <vector>

namespace berth {

struct Schema;

// A factory of an installed plugin, as the configuration needs to know it.
struct FactoryInfo {
    std::string kind;    // "berth.http.handler/1"
    std::string name;    // the key that names it in YAML
    std::string plugin;  // id of the plugin that offers it
    const Schema* schema = nullptr;
    const berth_factory* factory = nullptr;
    void* mod = nullptr;  // result of load(), first argument of prepare() and create()
};

// What the loader knows about installed plugins. find() may load a plugin: only those are loaded
// that a configuration names.
class FactoryIndex {
public:
    FactoryIndex() = default;
    FactoryIndex(const FactoryIndex&) = delete;
    FactoryIndex& operator=(const FactoryIndex&) = delete;
    virtual ~FactoryIndex() = default;

    // nullptr when nobody offers it. *why_not then says why a plugin of that name cannot be used
    // ("is built for ABI 2"), and stays empty when there is none.
    virtual const FactoryInfo* find(std::string_view kind,
                                    std::string_view name,
                                    std::string* why_not) = 0;
    // Names of all factories of a kind that could be found, for suggestions and help.
    virtual std::vector<std::string> names(std::string_view kind) const = 0;
};

}  // namespace berth
