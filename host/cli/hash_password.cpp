#include "cli/commands.h"
#include "cli/password_prompt.h"
#include "process/exit_code.h"
#include "tls/password_hash.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <map>
#include <optional>
#include <string>

namespace berth {
namespace {

const std::map<std::string, NewHash> kTypes{{"yescrypt", NewHash::kYescrypt},
                                            {"argon2id", NewHash::kArgon2id},
                                            {"bcrypt", NewHash::kBcrypt}};

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
