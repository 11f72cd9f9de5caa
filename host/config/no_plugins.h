#pragma once

#include "config/factory_index.h"

namespace berth {

// Where plugins are not known yet: takes every name for one whose settings are checked later.
class NoPlugins final : public FactoryIndex {
public:
    const FactoryInfo* find(std::string_view /*kind*/,
                            std::string_view /*name*/,
                            std::string* /*why_not*/) override {
        return &unknown_;
    }
    std::vector<std::string> names(std::string_view /*kind*/) const override { return {}; }

private:
    const FactoryInfo unknown_{};
};

}  // namespace berth
