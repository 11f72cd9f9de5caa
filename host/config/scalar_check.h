#pragma once

#include "config/config_node.h"
#include "config/diagnostic.h"
#include "config/raw_node.h"
#include "config/schema.h"

#include <string>

namespace berth {

// What a scalar is taken for by its looks: 8080 an integer, "8080" text.
SchemaType type_of_scalar(const RawNode& node);

// A scalar without a schema.
berth_cfg untyped_scalar(const RawNode& node);

// Checks a scalar against a schema whose types include the scalar's, and normalises it. name: the
// setting, for messages.
berth_cfg check_scalar(const Schema& schema,
                       const RawNode& node,
                       const std::string& name,
                       Diagnostics& diagnostics);

// The scalar's text in quotes for a message, or what stands for a secret.
std::string shown(const RawNode& node);

}  // namespace berth
