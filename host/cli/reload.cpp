#include "cli/admin_call.h"
#include "cli/commands.h"

namespace berth {
namespace {

class Reload final : public Command {
public:
    Reload()
        : Command("reload", "Make a changed configuration live; on any fault the old one goes on") {
    }

    void add_options(CLI::App& app) override { target_.add_options(app); }
    int run() override { return call_and_print(target_, {{"command", "reload"}}); }

private:
    AdminTarget target_;
};

}  // namespace

std::unique_ptr<Command> make_reload_command() {
    return std::make_unique<Reload>();
}

}  // namespace berth
