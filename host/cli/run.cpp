#include "cli/commands.h"
#include "cli/serve.h"
#include "config/config_files.h"

#include <CLI/CLI.hpp>

namespace berth {
namespace {

class Run final : public Command {
public:
    Run() : Command("run", "Serve a configuration in the foreground") {}

    void add_options(CLI::App& app) override {
        app.add_option("-c,--config,config", path_, "A site file, a berth.yaml, or a folder")
            ->type_name("FILE")
            ->capture_default_str();
    }
    int run() override {
        return serve(file_reader(path_), {"Berth " BERTH_VERSION " serves", true});
    }

private:
    std::string path_ = kMachineFile;
};

}  // namespace

std::unique_ptr<Command> make_run_command() {
    return std::make_unique<Run>();
}

}  // namespace berth
