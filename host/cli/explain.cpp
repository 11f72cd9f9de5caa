#include "config/explain.h"

#include "cli/commands.h"
#include "config/problem.h"
#include "process/exit_code.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace berth {
namespace {

class Explain final : public Command {
public:
    Explain()
        : Command("explain", "The long text of an error id, with an example before and after") {}

    void add_options(CLI::App& app) override {
        app.add_option("id", id_, "Such as C103; without one: all ids")->type_name("ID");
    }
    int run() override {
        if (id_.empty()) {
            list();
            return kExitDone;
        }
        const std::string text = explain(id_);
        if (text.empty()) {
            std::cerr << "error: there is no error id '" << id_
                      << "'\n   = all of them: berth explain\n";
            return kExitUsage;
        }
        std::cout << text;
        return kExitDone;
    }

private:
    static void list() {
        for (const Problem problem : all_problems()) {
            const std::string text = explain(problem);
            std::cout << text.substr(0, text.find('\n')) << '\n';
        }
    }

    std::string id_;
};

}  // namespace

std::unique_ptr<Command> make_explain_command() {
    return std::make_unique<Explain>();
}

}  // namespace berth
