#include "cli/one_shot_command.h"

#include "cli/commands.h"
#include "cli/one_shot_screen.h"
#include "cli/password_prompt.h"
#include "cli/serve.h"
#include "config/value_format.h"
#include "process/exit_code.h"
#include "tls/password_hash.h"

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <string_view>
#include <utility>

namespace berth {
namespace {

// Those that may stand alone in front of another word: `berth file --upload DIR`.
constexpr std::string_view kFlags[] = {
    "tls", "h2c", "ipv6", "lan", "upload", "hidden", "cors", "list-dirs"};

// Those of the command itself that mean nothing alone. (Of the plugin's nobody knows here.)
constexpr std::string_view kValued[] = {"host",
                                        "port",
                                        "unix-path",
                                        "cert",
                                        "key",
                                        "workers",
                                        "backlog",
                                        "poll",
                                        "poll-timeout",
                                        "level",
                                        "allowed"};

bool needs_value(const std::string& option) {
    return std::find(std::begin(kValued), std::end(kValued), option) != std::end(kValued);
}

bool takes_next(const std::string& option, const std::string& next) {
    const bool flag = std::find(std::begin(kFlags), std::end(kFlags), option) != std::end(kFlags);
    return !next.starts_with("--") && (!flag || read_flag(next));
}

// Nothing when there is no such option; the last one counts.
std::optional<std::string> find_option(const OneShot& command, std::string_view name) {
    std::optional<std::string> value;
    for (const auto& [option, text] : command.options) {
        value = option == name ? std::optional(text) : value;
    }
    return value;
}

std::optional<std::string> take_option(OneShot& command, std::string_view name) {
    std::optional<std::string> value = find_option(command, name);
    std::erase_if(command.options, [&](const auto& option) { return option.first == name; });
    return value;
}

// May files be put? By its option, else its variable.
bool takes_files(const OneShot& command) {
    const char* const variable = std::getenv("UPLOAD");
    const std::string value =
        find_option(command, "upload").value_or(variable == nullptr ? "" : variable);
    return !value.empty() && read_flag(value).value_or(true);
}

// `--lan`: for all who reach the machine.
void open_to_network(OneShot& command) {
    const std::optional<std::string> lan = take_option(command, "lan");
    if (lan && read_flag(*lan).value_or(true)) {
        command.options.emplace_back("host", find_option(command, "ipv6") ? "::" : "0.0.0.0");
    }
}

std::string hints_for(const OneShot& command) {
    std::string hints;
    if (!find_option(command, "host")) {
        hints += "--lan  share with your network    ";
    }
    if (!find_option(command, "tls")) {
        hints += "--tls  use HTTPS    ";
    }
    return hints;
}

// PASSWORD, which is for us alone, or what is typed.
std::optional<Secret> password_of_user() {
    if (const char* const given = std::getenv("PASSWORD")) {
        Secret password{std::string(given)};
        unsetenv("PASSWORD");
        return password;
    }
    return password_from_input();
}

// `--auth ada`: nobody else is let in. False, after a message: there is no password.
bool add_user(OneShot& command, const std::string& name) {
    const std::optional<Secret> password = password_of_user();
    if (!password) {
        return false;
    }
    if (name.empty() || name == "true" || password->empty()) {
        std::cerr << "error: --auth needs a name and a password\n   = try: PASSWORD=... berth "
                  << command.plugin << " --auth NAME\n";
        return false;
    }
    const Result<std::string> hash = hash_password(NewHash::kYescrypt, password->view());
    if (!hash) {
        std::cerr << "error: " << hash.error().message << '\n';
        return false;
    }
    command.user = name;
    command.password_hash = hash.value();
    return true;
}

}  // namespace

std::optional<OneShot> parse_one_shot(const std::string& plugin,
                                      const std::vector<std::string>& words,
                                      std::string* problem,
                                      const OneShot::Argument& argument) {
    OneShot command{plugin, {}};
    command.argument = argument;
    bool taken = argument.setting.empty();
    for (size_t at = 0; at < words.size(); ++at) {
        const std::string& word = words[at];
        const bool is_option = word.starts_with("--") && word.size() > 2;
        if (!is_option && !word.starts_with("-") && !taken) {
            command.options.emplace_back(argument.setting, word);
            taken = true;
            continue;
        }
        if (!is_option) {
            *problem = "'" + word + "' is no option";
            return std::nullopt;
        }
        const size_t equals = word.find('=');
        const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
        if (equals != std::string::npos) {
            command.options.emplace_back(name, word.substr(equals + 1));
        } else if (at + 1 < words.size() && takes_next(name, words[at + 1])) {
            command.options.emplace_back(name, words[++at]);
        } else if (needs_value(name)) {
            *problem = word + " needs a value";
            return std::nullopt;
        } else {
            command.options.emplace_back(name, "true");
        }
    }
    return command;
}

void OneShotCommand::add_options(CLI::App& app) {
    app.allow_extras();
    app.footer(
        "Options, each also an environment variable (PORT=9090):\n"
        "  --host ADDRESS  --port NUMBER  --ipv6  --unix-path PATH     where to listen\n"
        "  --lan                                                       for your network, too\n"
        "  --tls  --cert FILE  --key FILE                              HTTPS; self-signed without "
        "files\n"
        "  --h2c                                                       HTTP/2 without TLS, too\n"
        "  --auth NAME        only for NAME, whose password is asked for or is PASSWORD's\n"
        "  --workers NUMBER  --backlog NUMBER  --poll epoll|poll  --poll-timeout SECONDS\n"
        "  --level debug|info|warning|error  --allowed CIDR;CIDR\n"
        "Settings of " +
        name() + ":\n" + settings_);
    app_ = &app;
}

int OneShotCommand::run() {
    std::string problem;
    auto command = parse_one_shot(name(), app_->remaining(), &problem, folder_);
    if (command && find_option(*command, "lan") && find_option(*command, "host")) {
        problem = "--lan and --host both say where to listen";
    }
    if (!problem.empty()) {
        std::cerr << "error: " << problem << "\n   = try: berth " << name() << " --help\n";
        return kExitUsage;
    }
    const std::optional<std::string> user = take_option(*command, "auth");
    command->large_bodies = takes_files(*command);
    command->shows_requests = isatty(STDOUT_FILENO) == 1;
    if (command->large_bodies && !user) {
        std::cerr << "error: --upload needs --auth\n   = try: berth " << name()
                  << " --upload --auth NAME\n";
        return kExitUsage;
    }
    if (user && !add_user(*command, *user)) {
        return kExitUsage;
    }
    open_to_network(*command);
    const ServeOptions options{"Serving " + name_folder(*command), false, hints_for(*command)};
    return serve(one_shot_reader(std::move(*command)), options);
}

// What the screen says is served.
std::string OneShotCommand::name_folder(const OneShot& command) const {
    if (folder_.setting.empty()) {
        return name();
    }
    const char* const variable = std::getenv(folder_.variable.c_str());
    std::string folder = variable == nullptr ? "" : variable;
    if (const auto option = find_option(command, folder_.setting)) {
        folder = *option;
    }
    return folder_title(folder.empty() ? "." : folder);
}

std::unique_ptr<Command> make_file_command() {
    return std::make_unique<OneShotCommand>(
        "file",
        "Share a folder: berth file [DIR] [options], or berth serve",
        "  --upload           users may PUT and DELETE files; with --auth\n"
        "  --hidden           names that begin with a dot, too\n"
        "  --cache 1h         browsers keep files that long without asking\n"
        "  --cors             pages of every site may read them\n"
        "  --index NAME;NAME  the file that a folder is; --list-dirs false: nothing else\n"
        "  --list-engine base|apache|legacy  --style-urls URL;URL      how folders look\n"
        "  --precompressed br;zst;gz  --path-regex EXPRESSION:FILE  --try PATH;PATH",
        OneShot::Argument{"root", "BASE_PATH"});
}

std::unique_ptr<Command> make_hello_command() {
    return std::make_unique<OneShotCommand>(
        "hello", "Answer every request with one text", "  --message TEXT");
}

}  // namespace berth
