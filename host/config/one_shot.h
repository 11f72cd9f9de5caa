#pragma once

#include "config/config.h"
#include "config/substitution.h"

#include <string>
#include <utility>
#include <vector>

namespace berth {

// `berth hello --port 9090`: a site without a file.
struct OneShot {
    // What a word without dashes is: a setting, and the variable that says the same.
    struct Argument {
        std::string setting, variable;
    };

    std::string plugin;                                        // "hello"
    std::vector<std::pair<std::string, std::string>> options;  // name without dashes, value
    std::string user = {}, password_hash = {};  // the only one who is let in; empty: everybody is
    bool large_bodies = false;                  // requests may bring files
    bool shows_requests = false;                // a line for each on the standard output
    Argument argument = {};                     // empty: there is none
};

// The configuration that a one-shot command, its options and the environment make together. Options
// that the host does not know become settings of the plugin; the plugin's own variables
// (x-berth-env) are read in phase 2.
Config one_shot_config(const OneShot& command, const Outside& outside, Diagnostics& diagnostics);

}  // namespace berth
