#pragma once

#include "base/result.h"
#include "config/diagnostic.h"
#include "config/raw_node.h"

#include <functional>
#include <optional>
#include <string>

namespace berth {

// Where values from outside a file come from; tests put their own in.
struct Outside {
    std::function<std::optional<std::string>(const std::string& name)> variable;
    std::function<Result<std::string>(const std::string& path)> file;
};

// The process's environment and the file system.
Outside real_outside();

// Replaces ${env:NAME}, ${env:NAME:-default}, ${file:/path} and ${cred:NAME} in a scalar; $${
// stands for
// ${ itself. Values from files and credentials make the scalar a secret.
void substitute(RawNode& scalar, const Outside& outside, Diagnostics& diagnostics);

}  // namespace berth
