#pragma once

#include "config/config_node.h"
#include "config/raw_node.h"
#include "config/schema.h"

#include <string>

namespace berth {

// A node without content.
berth_cfg empty_node(berth_cfg::Kind kind, const Place& place);

// A tree as it is where no schema says anything.
berth_cfg untyped_node(const RawNode& node);

// A value of a schema as a file would hold it at that place.
RawNode raw_value(const SchemaValue& value, const Place& place);

// A value of the environment: text, or whatever else the schema wants.
RawNode raw_variable(const Schema& schema, const std::string& value);

// A text of the environment or the command line as what the schema wants: "a;b" for a list, a flag
// in any of its spellings, seconds for a time without a unit.
RawNode outside_value(const Schema& schema, RawNode node);

// Pieces of a tree that no file holds.
RawNode raw_map(const Place& place);
RawNode raw_text(std::string text, const Place& place);
RawNode raw_list(RawNode item);
// "a;b" as a list, the form that variables have.
RawNode split_text(const RawNode& text);
void add_member(RawNode& map, const std::string& key, RawNode value);

}  // namespace berth
