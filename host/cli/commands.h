#pragma once

#include "cli/command.h"

#include <memory>
#include <vector>

namespace berth {

// Every command in the order of the help.
std::vector<std::unique_ptr<Command>> all_commands();

// One maker per file.
std::unique_ptr<Command> make_check_command();
std::unique_ptr<Command> make_explain_command();
std::unique_ptr<Command> make_hash_password_command();
std::unique_ptr<Command> make_file_command();
std::unique_ptr<Command> make_hello_command();
std::unique_ptr<Command> make_reload_command();
std::unique_ptr<Command> make_run_command();
std::unique_ptr<Command> make_status_command();
std::unique_ptr<Command> make_stop_command();

}  // namespace berth
