#include "cli/commands.h"

namespace berth {

std::vector<std::unique_ptr<Command>> all_commands() {
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(make_file_command());
    commands.push_back(make_hello_command());
    commands.push_back(make_run_command());
    commands.push_back(make_check_command());
    commands.push_back(make_explain_command());
    commands.push_back(make_reload_command());
    commands.push_back(make_status_command());
    commands.push_back(make_stop_command());
    commands.push_back(make_hash_password_command());
    return commands;
}

}  // namespace berth
