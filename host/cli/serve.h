#pragma once

#include "process/configuration.h"

#include <string>

namespace berth {

struct ServeOptions {
    std::string title;       // "Serving hello"
    bool has_admin = true;   // one-shot commands have no admin socket
    std::string hints = {};  // for a terminal: what else the command does
};

// Serves what the reader reads, in the foreground, until it is told to stop. Returns the exit code.
int serve(ConfigReader reader, ServeOptions options);

}  // namespace berth
