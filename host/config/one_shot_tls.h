#pragma once

#include "config/diagnostic.h"
#include "config/one_shot_input.h"
#include "config/raw_node.h"

namespace berth {

// The `tls` map that KEY_FILE, CER_FILE, SSL_CONTEXTS and their like stand for.
RawNode one_shot_tls(OneShotInput& input, Diagnostics& diagnostics);

// A flag as people write it in an environment: 1, true, yes, on, and their opposites.
bool one_shot_flag(const OneShotInput::Value& value, Diagnostics& diagnostics);

}  // namespace berth
