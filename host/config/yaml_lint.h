#pragma once

#include "config/diagnostic.h"
#include "config/raw_node.h"

#include <string>

namespace berth {

// Complains about an unquoted value that YAML parsers read differently: `no`, `0755`.
void lint_plain_value(RawNode& scalar, Diagnostics& diagnostics);

// Turns a message of the YAML parser into a sentence and a remedy.
void report_syntax_error(const Place& place, const std::string& message, Diagnostics& diagnostics);

}  // namespace berth
