#include "cli/one_shot_command.h"

#include "cli/commands.h"
#include "cli/serve.h"
#include "process/exit_code.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace berth {

std::optional<OneShot> parse_one_shot(const std::string& plugin,
                                      const std::vector<std::string>& words,
                                      std::string* stray,
                                      const std::string& argument) {
    OneShot command{plugin, {}};
    bool taken = argument.empty();
    for (size_t at = 0; at < words.size(); ++at) {
        const std::string& word = words[at];
        if (!word.starts_with("--") && !taken) {
            command.options.emplace_back(argument, word);
            taken = true;
            continue;
        }
        if (!word.starts_with("--") || word.size() == 2) {
            *stray = word;
            return std::nullopt;
        }
        const size_t equals = word.find('=');
        if (equals != std::string::npos) {
            command.options.emplace_back(word.substr(2, equals - 2), word.substr(equals + 1));
        } else if (at + 1 < words.size() && !words[at + 1].starts_with("--")) {
            command.options.emplace_back(word.substr(2), words[++at]);
        } else {
            command.options.emplace_back(word.substr(2), "true");
        }
    }
    return command;
}

void OneShotCommand::add_options(CLI::App& app) {
    app.allow_extras();
    app.footer(
        "Options, each also an environment variable (PORT=9090):\n"
        "  --host ADDRESS  --port NUMBER  --ipv6  --unix-path PATH     where to listen\n"
        "  --tls  --cert FILE  --key FILE                              HTTPS; self-signed without "
        "files\n"
        "  --h2c                                                       HTTP/2 without TLS, too\n"
        "  --workers NUMBER  --backlog NUMBER  --poll epoll|poll  --poll-timeout SECONDS\n"
        "  --level debug|info|warning|error  --allowed CIDR;CIDR\n"
        "Others are settings of the plugin: --message TEXT.");
    app_ = &app;
}

int OneShotCommand::run() {
    std::string stray;
    auto command = parse_one_shot(name(), app_->remaining(), &stray, argument_);
    if (!command) {
        std::cerr << "error: '" << stray << "' is no option\n   = try: berth " << name()
                  << " --help\n";
        return kExitUsage;
    }
    return serve(one_shot_reader(std::move(*command)), {"Serving " + name(), false});
}

std::unique_ptr<Command> make_file_command() {
    return std::make_unique<OneShotCommand>(
        "file", "Share a folder: berth file [DIR] [options]", "root");
}

std::unique_ptr<Command> make_hello_command() {
    return std::make_unique<OneShotCommand>("hello", "Answer every request with one text");
}

}  // namespace berth
