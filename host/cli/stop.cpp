#include "cli/admin_call.h"
#include "cli/commands.h"

#include <CLI/CLI.hpp>

namespace berth {
namespace {

class Stop final : public Command {
public:
    Stop() : Command("stop", "End the server when open requests are answered") {}

    void add_options(CLI::App& app) override {
        target_.add_options(app);
        app.add_flag("--now", now_, "Do not wait for open requests");
    }
    int run() override {
        return call_and_print(target_, {{"command", "stop"}, {"now", now_ ? "true" : "false"}});
    }

private:
    AdminTarget target_;
    bool now_ = false;
};

}  // namespace

std::unique_ptr<Command> make_stop_command() {
    return std::make_unique<Stop>();
}

}  // namespace berth
