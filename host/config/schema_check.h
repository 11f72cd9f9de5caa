#pragma once

#include "config/config_node.h"
#include "config/diagnostic.h"
#include "config/factory_index.h"
#include "config/raw_node.h"
#include "config/schema.h"
#include "config/schema_report.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth {

// Walks a schema over the nodes of a file: every mistake is one diagnostic, and the result is what
// a plugin reads, with defaults filled in and units resolved.
class SchemaCheck {
public:
    using Variables = std::function<std::optional<std::string>(const std::string& name)>;

    // index: finds the plugins that the configuration names.
    SchemaCheck(FactoryIndex& index, Diagnostics& diagnostics);

    // Settings that are not there are taken from the variables that their schemas name.
    void use_environment(Variables variables) { variables_ = std::move(variables); }

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
    void check_required(const Schema& schema,
                        const RawNode& node,
                        const berth_cfg& result,
                        const std::string& name,
                        const Place& key);
    void take_variables(const Schema& schema, berth_cfg& result);
    void fill_defaults(const Schema& schema, const std::string& name, berth_cfg& result);

    FactoryIndex& index_;
    Diagnostics& diagnostics_;
    SchemaReport report_;
    Variables variables_;  // empty: not to be looked at
};

}  // namespace berth
