#pragma once

#include "config/factory_index.h"

namespace berth {

// For schemas of the host itself, which name no plugins.
class NoPlugins final : public FactoryIndex {
public:
    const FactoryInfo* find(std::string_view /*kind*/,
                            std::string_view /*name*/,
                            std::string* /*why_not*/) override {
        return nullptr;
    }
    std::vector<std::string> names(std::string_view /*kind*/) const override { return {}; }
};

}  // namespace berth
