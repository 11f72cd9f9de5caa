#pragma once

#include "base/result.h"
#include "config/diagnostic.h"

#include <string>

namespace berth {

// Diagnostics as the person at the terminal reads them: in colour only there, and unless NO_COLOR
// is set.
std::string diagnostics_text(const Diagnostics& diagnostics);

// The same as an error, whose code is the exit code for them: plugin rejected when nothing else is
// wrong.
Error diagnostics_error(const Diagnostics& diagnostics);

}  // namespace berth
