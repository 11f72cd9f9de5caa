#pragma once

#include "config/diagnostic.h"
#include "config/factory_index.h"
#include "config/raw_node.h"
#include "config/schema.h"

#include <string>

namespace berth {

// Says what is wrong with a node and what was probably meant.
class SchemaReport {
public:
    SchemaReport(FactoryIndex& index, Diagnostics& diagnostics)
        : index_(index), diagnostics_(diagnostics) {}

    // `name` is what the node is called in messages, as for SchemaCheck.
    void wrong_type(const Schema& schema, const RawNode& node, const std::string& name);
    void unknown_key(const Schema& schema, const RawMember& member, const std::string& name);
    void unknown_plugin(const std::string& kind, const std::string& word, const Place& place);
    void no_plugin(const std::string& kind, const std::string& name, const Place& place);
    void missing(const Schema& schema,
                 const std::string& wanted,
                 const std::string& name,
                 const Place& place);

private:
    FactoryIndex& index_;
    Diagnostics& diagnostics_;
};

}  // namespace berth
