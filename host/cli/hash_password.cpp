#include "cli/commands.h"
#include "process/exit_code.h"
#include "tls/password_hash.h"
#include "tls/secret.h"

#include <CLI/CLI.hpp>

#include <termios.h>
#include <unistd.h>

#include <iostream>
#include <map>
#include <optional>
#include <string>

namespace berth {
namespace {

const std::map<std::string, NewHash> kTypes{{"yescrypt", NewHash::kYescrypt},
                                            {"argon2id", NewHash::kArgon2id},
                                            {"bcrypt", NewHash::kBcrypt}};

// What is typed is not shown, and cannot interrupt the program, which would leave it so.
class HiddenTyping {
public:
    HiddenTyping() {
        known_ = tcgetattr(STDIN_FILENO, &before_) == 0;
        termios hidden = before_;
        hidden.c_lflag &= ~tcflag_t{ECHO | ISIG};
        if (known_) {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
        }
    }
    ~HiddenTyping() {
        if (known_) {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        }
    }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;

private:
    termios before_{};
    bool known_ = false;
};

Secret read_line() {
    std::string line;
    std::getline(std::cin, line);
    return Secret(std::move(line));
}

Secret ask(const char* prompt) {
    const HiddenTyping hidden;
    std::cerr << prompt << std::flush;
    Secret password = read_line();
    std::cerr << '\n';
    return password;
}

// Never an argument: those are seen by every user of the machine.
std::optional<Secret> password_from_input() {
    if (isatty(STDIN_FILENO) == 0) {
        return read_line();
    }
    Secret password = ask("Password: ");
    const Secret again = ask("Again: ");
    if (password.view() != again.view()) {
        std::cerr << "error: the two passwords differ\n";
        return std::nullopt;
    }
    return password;
}

class HashPassword final : public Command {
public:
    HashPassword()
        : Command("hash-password", "Ask for a password, or read a line, and print its hash") {}

    void add_options(CLI::App& app) override {
        app.add_option("--type", type_, "yescrypt, argon2id or bcrypt")
            ->check(CLI::IsMember(kTypes))
            ->type_name("TYPE")
            ->capture_default_str();
    }
    int run() override {
        const std::optional<Secret> password = password_from_input();
        if (!password) {
            return kExitUsage;
        }
        if (password->empty()) {
            std::cerr << "error: there is no password\n   = type one, or give it on the standard "
                         "input: berth hash-password < file\n";
            return kExitUsage;
        }
        const Result<std::string> hash = hash_password(kTypes.at(type_), password->view());
        if (!hash) {
            std::cerr << "error: " << hash.error().message << '\n';
            return kExitUsage;
        }
        std::cout << hash.value() << '\n';
        return kExitDone;
    }

private:
    std::string type_ = "yescrypt";
};

}  // namespace

std::unique_ptr<Command> make_hash_password_command() {
    return std::make_unique<HashPassword>();
}

}  // namespace berth
