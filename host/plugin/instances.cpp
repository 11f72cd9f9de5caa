#include "plugin/instances.h"

#include "base/live.h"
#include "config/config_check.h"

#include "berth/status.h"

#include <algorithm>

namespace berth {

Instances::~Instances() {
    while (created_ > 0) {
        PluginUse& use = *config_.uses[--created_];
        if (!use.quarantined && use.factory->factory->destroy != nullptr) {
            use.factory->factory->destroy(use.inst);
        }
        use.inst = nullptr;
        live_remove<LiveKind::kInstance>(1);
    }
}

Status Instances::create(std::span<const std::string> quarantined, volatile uint32_t& stamp) {
    for (const auto& use : config_.uses) {
        const FactoryInfo& info = *use->factory;
        use->quarantined =
            std::find(quarantined.begin(), quarantined.end(), info.plugin) != quarantined.end();
        if (!use->quarantined) {
            stamp = use->number;
            const berth_status status =
                info.factory->create(info.mod, use->node, use->shared, &use->inst);
            stamp = 0;
            if (status < 0) {
                return Error{use->node->where + ": plugin " + info.plugin +
                             " cannot be used here (" + berth_status_name(status) + ")"};
            }
        }
        ++created_;
        live_add<LiveKind::kInstance>(1);
    }
    return Done{};
}

void Instances::drain(uint64_t deadline_ms) {
    for (size_t i = 0; i < created_; ++i) {
        const PluginUse& use = *config_.uses[i];
        if (!use.quarantined && use.factory->factory->drain != nullptr) {
            use.factory->factory->drain(use.inst, deadline_ms);
        }
    }
}

}  // namespace berth
