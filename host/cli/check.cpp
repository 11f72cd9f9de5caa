#include "cli/commands.h"
#include "config/config_files.h"
#include "process/configuration.h"
#include "process/diagnostics_text.h"
#include "process/exit_code.h"
#include "process/plugin_program.h"
#include "process/run_apart.h"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>

namespace berth {
namespace {

constexpr uint32_t kCheckTimeoutMs = 30'000;

class Check final : public Command {
public:
    Check() : Command("check", "Is a configuration right? Shows every mistake with its remedy") {}

    void add_options(CLI::App& app) override;
    int run() override;

private:
    int check_file(const std::string& path) const;
    int report(const std::string& path, const Config& config, const Diagnostics& diagnostics) const;
    void print_limits(const Config& config) const;

    std::vector<std::string> paths_;
    std::string format_ = "text";
    bool limits_ = false;
};

void Check::add_options(CLI::App& app) {
    app.add_option(
           "paths", paths_, "Site files, a berth.yaml, folders; default: /etc/berth/berth.yaml")
        ->type_name("PATH");
    app.add_option("--format", format_, "text or json")->check(CLI::IsMember({"text", "json"}));
    app.add_flag("--limits", limits_, "Print what the machine and the configuration allow");
}

int Check::run() {
    if (paths_.empty()) {
        paths_.emplace_back(kMachineFile);
    }
    int worst = kExitDone;
    for (const std::string& path : paths_) {
        const int code = check_file(path);
        worst = worst == kExitDone ? code : worst;
    }
    return worst;
}

int Check::check_file(const std::string& path) const {
    Diagnostics diagnostics;
    const auto snapshot = read_snapshot(file_reader(path), diagnostics);
    if (snapshot == nullptr) {
        return report(path, {}, diagnostics);
    }
    const MachineConfig& machine = snapshot->config.machine;
    const auto identity = resolve_service_user(machine.user, setuid_variable());
    if (!identity) {
        std::cerr << "error: " << identity.error().message << '\n';
        return kExitNoPermission;
    }
    const auto code = run_apart(
        identity.value(), machine.user == "root", kCheckTimeoutMs, [&](const ApartStep& step) {
            PluginProgram program;
            program.check(*snapshot, step, diagnostics);
            return report(path, snapshot->config, diagnostics);
        });
    if (!code) {
        std::cerr << "error: " << path << ": the check " << code.error().message << '\n';
        return code.error().code;
    }
    return code.value();
}

int Check::report(const std::string& path,
                  const Config& config,
                  const Diagnostics& diagnostics) const {
    if (format_ == "json") {
        std::cout << render_json(diagnostics);
    } else {
        std::cerr << (diagnostics.empty() ? "" : diagnostics_text(diagnostics));
    }
    if (diagnostics.has_errors()) {
        return diagnostics_error(diagnostics).code;
    }
    if (limits_) {
        print_limits(config);
    } else if (format_ == "text") {
        std::cout << path << ": good, " << config.sites.size()
                  << (config.sites.size() == 1 ? " site\n" : " sites\n");
    }
    return kExitDone;
}

void Check::print_limits(const Config& config) const {
    const DescriptorBudget budget =
        descriptor_budget(raise_descriptor_limit(), config.listeners.size());
    std::cout << "workers                 " << config.machine.worker_count << '\n'
              << "descriptors per worker  " << budget.limit << '\n'
              << "  listeners             " << budget.listeners << '\n'
              << "  open files kept       " << budget.file_cache << '\n'
              << "  upstream servers      " << budget.upstream << '\n'
              << "connections per worker  " << budget.connections() << '\n';
}

}  // namespace

std::unique_ptr<Command> make_check_command() {
    return std::make_unique<Check>();
}

}  // namespace berth
