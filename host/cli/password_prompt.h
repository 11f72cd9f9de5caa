#pragma once

#include "tls/secret.h"

#include <optional>

namespace berth {

// Asks twice on a terminal, without showing what is typed; else reads a line of the standard input.
// Nothing, after a message, when the two differ. A password is never an argument: those are seen by
// every user of the machine.
std::optional<Secret> password_from_input();

}  // namespace berth
