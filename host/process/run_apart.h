#pragma once

#include "base/result.h"
#include "process/privileges.h"

#include <cstdint>
#include <functional>
#include <string>

namespace berth {

// Runs work in a child process without privileges, because it runs code of plugins, and gives its
// exit code. The child says through step what it begins; a child that crashes or takes longer than
// timeout_ms is an error that names the last step.
using ApartStep = std::function<void(const std::string& what)>;
Result<int> run_apart(const Identity& identity,
                      bool root_allowed,
                      uint32_t timeout_ms,
                      const std::function<int(const ApartStep&)>& work);

}  // namespace berth
