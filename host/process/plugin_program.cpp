#include "process/plugin_program.h"

#include "process/diagnostics_text.h"

#include "berth/status.h"

#include <random>
#include <string_view>
#include <utility>
#include <vector>

namespace berth {
namespace {

// Says which plugin is looked at before its code can run, so that a crash or a hang has a culprit.
class AnnouncingIndex final : public FactoryIndex {
public:
    AnnouncingIndex(FactoryIndex& index, const ZygoteProgram::Step& step)
        : index_(index), step_(step) {}

    const FactoryInfo* find(std::string_view kind,
                            std::string_view name,
                            std::string* why_not) override {
        step_("loading " + std::string(name));
        return index_.find(kind, name, why_not);
    }
    std::vector<std::string> names(std::string_view kind) const override {
        return index_.names(kind);
    }

private:
    FactoryIndex& index_;
    const ZygoteProgram::Step& step_;
};

constexpr size_t kSharedBytes = 16 << 20;  // as berth/worker.h says
constexpr uint32_t kSharedNames = 64;
constexpr size_t kSharedValues = 65'536;

SipKey random_key() {
    std::random_device random;
    const auto word = [&] { return uint64_t{random()} << 32 | random(); };
    return {word(), word()};
}

}  // namespace

PluginProgram::PluginProgram()
    : regions_(SharedRegions::make(kSharedBytes, kSharedNames)),
      values_(KeyValueTable::make(kSharedValues, random_key())) {}

PluginProgram::~PluginProgram() = default;

void PluginProgram::check(const Snapshot& snapshot, const Step& step, Diagnostics& diagnostics) {
    load_plugins(snapshot, step, diagnostics);
    if (!diagnostics.has_errors()) {
        prepare_uses(step, diagnostics);
    }
}

void PluginProgram::load_plugins(const Snapshot& snapshot,
                                 const Step& step,
                                 Diagnostics& diagnostics) {
    plugins_ = std::make_unique<PluginRegistry>(
        PluginRegistry::Policy{snapshot.plugins, HostServices::provides});
    AnnouncingIndex index(*plugins_, step);
    checked_ = check_config(snapshot.config, index, diagnostics);
    for (const std::string& warning : plugins_->warnings()) {
        diagnostics.warning(Problem::kPluginSays, {}, warning);
    }
    for (const Error* error :
         {regions_ ? nullptr : &regions_.error(), values_ ? nullptr : &values_.error()}) {
        if (error != nullptr) {
            diagnostics.error(Problem::kPluginSays, {}, error->message);
            return;
        }
    }
    services_ = std::make_unique<HostServices>(
        [this](std::string_view id) { return plugins_->get_extension(id); },
        [&diagnostics](const berth_cfg* where, std::string message) {
            diagnostics.error(Problem::kPluginSays,
                              where == nullptr ? Place{} : where->place,
                              std::move(message));
        },
        SharedParts{regions_.value().get(), values_.value().get(), &snapshot.roots});
    if (diagnostics.has_errors()) {
        return;
    }
    step("starting the plugins");
    if (Status loaded = plugins_->load_all(*services_->host()); !loaded) {
        diagnostics.error(Problem::kPluginRefused, {}, loaded.error().message);
    }
}

void PluginProgram::prepare_uses(const Step& step, Diagnostics& diagnostics) {
    for (const auto& use : checked_.uses) {
        const berth_factory& factory = *use->factory->factory;
        if (factory.prepare == nullptr) {
            continue;
        }
        step("preparing " + use->factory->name);
        const size_t errors_before = diagnostics.error_count();
        const berth_status status = factory.prepare(use->factory->mod, use->node, &use->shared);
        if (status < 0 && diagnostics.error_count() == errors_before) {
            diagnostics.error(Problem::kPluginSays,
                              use->node->place,
                              use->factory->name + " cannot begin: " + berth_status_name(status));
        }
    }
}

Result<std::string> PluginProgram::prepare(const Snapshot& snapshot, const Step& step) {
    Diagnostics diagnostics;
    check(snapshot, step, diagnostics);
    if (diagnostics.has_errors()) {
        return diagnostics_error(diagnostics);
    }
    std::string report;
    for (const auto& use : checked_.uses) {
        report += std::to_string(use->number) + " " + use->factory->plugin + "\n";
    }
    for (const std::string& target : checked_.log_targets) {
        report += "log " + target + "\n";
    }
    return report;
}

int PluginProgram::work(WorkerSetup setup) {
    setup.checked = &checked_;
    setup.plugins = plugins_.get();
    setup.services = services_.get();
    return run_worker(std::move(setup));
}

}  // namespace berth
