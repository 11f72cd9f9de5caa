#include "cli/admin_call.h"
#include "cli/commands.h"
#include "process/exit_code.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace berth {
namespace {

class ShowStatus final : public Command {
public:
    ShowStatus() : Command("status", "What the server serves, its workers and what went wrong") {}

    void add_options(CLI::App& app) override {
        target_.add_options(app);
        auto* json = app.add_flag("--json", json_, "The same for programs");
        app.add_flag("--metrics", metrics_, "All counters, as Prometheus reads them")
            ->excludes(json);
    }
    int run() override {
        if (!json_) {
            return call_and_print(target_, {{"command", metrics_ ? "metrics" : "status"}});
        }
        const auto answer = call_admin(target_.path(), {{"command", "status"}});
        if (!answer) {
            std::cerr << "error: no server answers: " << answer.error().message << '\n';
            return kExitUnreachable;
        }
        std::cout << answer.value().status << '\n';
        return answer.value().exit;
    }

private:
    AdminTarget target_;
    bool json_ = false, metrics_ = false;
};

}  // namespace

std::unique_ptr<Command> make_status_command() {
    return std::make_unique<ShowStatus>();
}

}  // namespace berth
