#include "cli/command_line.h"

#include "cli/commands.h"
#include "cli/overview.h"
#include "config/suggestion.h"
#include "process/exit_code.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>

namespace berth {
namespace {

using Commands = std::vector<std::unique_ptr<Command>>;

// `berth -t` and `berth --check`, as fingers know them from other servers; `berth help run`, `berth
// serve`, `berth auth generate`.
std::vector<std::string> canonical_arguments(int argc, char** argv) {
    std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    if (!arguments.empty() && (arguments[0] == "-t" || arguments[0] == "--check")) {
        arguments[0] = "check";
    }
    if (!arguments.empty() && arguments[0] == "help") {
        arguments.erase(arguments.begin());
        arguments.resize(std::min<size_t>(arguments.size(), 1));
        arguments.emplace_back("--help");
    }
    if (!arguments.empty() && arguments[0] == "serve") {
        arguments[0] = "file";
    }
    if (arguments.size() > 1 && arguments[0] == "auth" && arguments[1] == "generate") {
        arguments.erase(arguments.begin());
        arguments[0] = "hash-password";
    }
    return arguments;
}

bool is_known(const Commands& commands, const std::string& name) {
    return std::any_of(commands.begin(), commands.end(), [&](const auto& command) {
        return command->name() == name;
    });
}

int refuse_unknown_command(const Commands& commands, const std::string& name) {
    std::vector<std::string> names;
    for (const auto& command : commands) {
        names.push_back(command->name());
    }
    std::cerr << "error: there is no command '" << name << "'\n";
    const std::string meant = nearest(name, names);
    std::cerr << (meant.empty() ? "   = all commands: berth --help"
                                : "   = did you mean 'berth " + meant + "'?")
              << '\n';
    return kExitUsage;
}

void add_commands(CLI::App& app, const Commands& commands) {
    app.set_version_flag("--version", "berth " BERTH_VERSION);
    app.require_subcommand(0, 1);
    app.footer(
        "A site is one YAML file; its keys are explained in /usr/share/doc/berth and by `berth "
        "explain`.");
    for (const auto& command : commands) {
        command->add_options(*app.add_subcommand(command->name(), command->summary()));
    }
}

int run_parsed(const CLI::App& app, const Commands& commands) {
    for (const auto& command : commands) {
        if (app.got_subcommand(command->name())) {
            return command->run();
        }
    }
    return print_overview();
}

}  // namespace

int run_command_line(int argc, char** argv) {
    std::vector<std::string> arguments = canonical_arguments(argc, argv);
    const Commands commands = all_commands();
    if (!arguments.empty() && arguments[0].front() != '-' && !is_known(commands, arguments[0])) {
        return refuse_unknown_command(commands, arguments[0]);
    }
    CLI::App app("Berth, a plugin-hosted network server", "berth");
    add_commands(app, commands);
    try {
        std::reverse(arguments.begin(), arguments.end());  // the order that CLI11 takes them in
        app.parse(arguments);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {  // --help and --version
            return app.exit(error);
        }
        std::cerr << "error: " << error.what() << "\n   = try: berth --help\n";
        return kExitUsage;
    }
    return run_parsed(app, commands);
}

}  // namespace berth
