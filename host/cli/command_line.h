#pragma once

namespace berth {

// What the program does with its arguments; returns the exit code.
int run_command_line(int argc, char** argv);

}  // namespace berth
