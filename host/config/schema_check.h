#pragma once

#include "config/config_node.h"
#include "config/diagnostic.h"
#include "config/factory_index.h"
#include "config/raw_node.h"
#include "config/schema.h"

#include <string>
#include <vector>

namespace berth {

// Walks a schema over the nodes of a file: every mistake is one diagnostic, and the result is what
// a plugin reads, with defaults filled in and units resolved.
class SchemaCheck {
public:
    // index: finds the plugins that the configuration names.
    SchemaCheck(FactoryIndex& index, Diagnostics& diagnostics);

    // name: what the node is called in messages, "tls" or "routes[1]". key: where its key stands.
    berth_cfg check(const Schema& schema,
                    const RawNode& node,
                    const std::string& name,
                    const Place& key);

private:
    berth_cfg check_map(const Schema& schema,
                        const RawNode& node,
                        const std::string& name,
                        const Place& key);
    berth_cfg check_list(const Schema& schema, const RawNode& node, const std::string& name);
    berth_cfg check_named_plugin(const Schema& schema, const RawNode& node);
    bool check_type(const Schema& schema, const RawNode& node, const std::string& name);
    const Schema* alternative(const Schema& schema, const RawNode& node, const std::string& name);

    void check_other_keys(const Schema& schema,
                          const RawNode& node,
                          const std::string& name,
                          berth_cfg& result);
    bool take_plugin(const std::string& kind, const RawMember& member, berth_cfg& result);
    void report_unknown_key(const Schema& schema, const RawMember& member, const std::string& name);
    void report_unknown_plugin(const std::string& kind,
                               const std::string& word,
                               const Place& place);
    void report_no_plugin(const std::string& kind, const std::string& name, const Place& place);
    void check_required(const Schema& schema,
                        const RawNode& node,
                        const std::string& name,
                        const Place& key);
    void fill_defaults(const Schema& schema, const std::string& name, berth_cfg& result);

    FactoryIndex& index_;
    Diagnostics& diagnostics_;
};

}  // namespace berth
