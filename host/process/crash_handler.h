#pragma once

#include "process/scoreboard.h"

#include <string>

namespace berth {

// From here on a SIGSEGV, SIGABRT, SIGBUS, SIGFPE or SIGILL of this process is written into the
// row, with a backtrace, on a stack of its own, before the signal does its usual work. Once per
// process; the row outlives it.
void install_crash_handler(ScoreboardRow& row);

// "SIGSEGV", or "signal 64".
std::string signal_name(int signal);

}  // namespace berth
