#pragma once

#include "config/config.h"

namespace berth {

// Fills in Config::listeners from the sites and checks what can only be seen over all of them:
// names used twice, addresses and host names that two sites claim.
void join_sites(Config& config, Diagnostics& diagnostics);

}  // namespace berth
