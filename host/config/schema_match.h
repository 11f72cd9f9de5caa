#pragma once

#include "config/raw_node.h"
#include "config/schema.h"

#include <string>
#include <vector>

namespace berth {

// May a node be what this schema describes, by its type alone? A bare number may be a duration, so
// that its missing unit is what is reported; a value from outside is whatever it can be read as.
bool fits_type(const Schema& schema, const RawNode& node);

// Does a constant of the schema pick it among the alternatives of a oneOf: a constant that is the
// scalar itself, or that a member of the map has?
bool picked_by_constant(const Schema& schema, const RawNode& node);

// "text or a list", for messages.
std::string expected_words(const Schema& schema);
// "is a number", for messages.
std::string found_words(const RawNode& node);

// Names of settings to suggest: all but deprecated ones.
std::vector<std::string> property_names(const Schema& schema);

}  // namespace berth
