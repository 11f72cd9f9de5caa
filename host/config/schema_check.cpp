#include "config/schema_check.h"

#include "config/scalar_check.h"
#include "config/schema_match.h"
#include "config/suggestion.h"
#include "config/tree_build.h"

#include <algorithm>
#include <utility>

namespace berth {
namespace {

// May an empty variable be its value? Else it is as if it were not set.
bool takes_nothing(const Schema& schema) {
    const bool any_text = (schema.types & kTypeString) != 0 && schema.format == Format::kNone &&
                          schema.choices.empty();
    return any_text || schema.types == kTypeArray;
}

}  // namespace

SchemaCheck::SchemaCheck(FactoryIndex& index, Diagnostics& diagnostics)
    : index_(index), diagnostics_(diagnostics), report_(index, diagnostics) {}

berth_cfg SchemaCheck::check(const Schema& schema,
                             const RawNode& node,
                             const std::string& name,
                             const Place& key) {
    if (node.broken) {
        return empty_node(berth_cfg::Kind::kNull, node.place);
    }
    if (schema.deprecated) {
        diagnostics_.warning(Problem::kDeprecated,
                             key,
                             name + " is deprecated",
                             {schema.description.empty() ? "it will go away" : schema.description});
    }
    if (!schema.one_of.empty()) {
        const Schema* chosen = alternative(schema, node, name);
        return chosen == nullptr ? empty_node(berth_cfg::Kind::kNull, node.place)
                                 : check(*chosen, node, name, key);
    }
    if (!schema.plugin_kind.empty() && node.is_scalar()) {
        return check_named_plugin(schema, node);
    }
    if (!check_type(schema, node, name)) {
        return empty_node(berth_cfg::Kind::kNull, node.place);
    }
    const bool null_map = node.kind == RawNode::Kind::kNull && (schema.types & kTypeNull) == 0;
    if (node.is_map() || null_map) {
        return check_map(schema, node, name, key);
    }
    return node.is_list() ? check_list(schema, node, name)
                          : check_scalar(schema, node, name, diagnostics_);
}

bool SchemaCheck::check_type(const Schema& schema, const RawNode& node, const std::string& name) {
    const bool choice = !schema.choices.empty() && node.is_scalar();
    if (choice || fits_type(schema, node)) {
        return true;
    }
    report_.wrong_type(schema, node, name);
    return false;
}

const Schema* SchemaCheck::alternative(const Schema& schema,
                                       const RawNode& node,
                                       const std::string& name) {
    const Schema* found = nullptr;
    Schema all;
    all.types = 0;
    for (const Schema& option : schema.one_of) {
        all.types |= option.types;
        if (picked_by_constant(option, node)) {
            return &option;
        }
        const bool better = found == nullptr || (!found->choices.empty() && option.choices.empty());
        if (fits_type(option, node) && better) {
            found = &option;
        }
    }
    if (found == nullptr) {
        check_type(all, node, name);
    }
    return found;
}

berth_cfg SchemaCheck::check_list(const Schema& schema,
                                  const RawNode& node,
                                  const std::string& name) {
    berth_cfg result = empty_node(berth_cfg::Kind::kList, node.place);
    const size_t count = node.items.size();
    if (schema.items_min && count < *schema.items_min) {
        diagnostics_.error(Problem::kOutOfRange,
                           node.place,
                           count == 0 ? name + " cannot be empty" : name + " has too few items",
                           {"items wanted: at least " + std::to_string(*schema.items_min)});
    } else if (schema.items_max && count > *schema.items_max) {
        diagnostics_.error(Problem::kOutOfRange,
                           node.place,
                           name + " has too many items",
                           {"items allowed: at most " + std::to_string(*schema.items_max)});
    }
    for (size_t i = 0; i < count; ++i) {
        const RawNode& item = node.items[i];
        const std::string item_name = name + "[" + std::to_string(i) + "]";
        result.items.push_back(schema.items.empty()
                                   ? untyped_node(item)
                                   : check(schema.items.front(), item, item_name, item.place));
    }
    return result;
}

berth_cfg SchemaCheck::check_map(const Schema& schema,
                                 const RawNode& node,
                                 const std::string& name,
                                 const Place& key) {
    berth_cfg result = empty_node(berth_cfg::Kind::kMap, node.place);
    for (const RawMember& member : node.members) {
        const Schema* property = schema.property(member.key);
        if (property == nullptr) {
            continue;
        }
        // An option of a one-shot command is text like a variable.
        const bool outside = variables_ && member.value.substituted;
        result.members.push_back(
            {member.key,
             check(*property,
                   outside ? outside_value(*property, member.value) : member.value,
                   member.key,
                   member.place)});
    }
    check_other_keys(schema, node, name, result);
    take_variables(schema, result);
    check_required(schema, node, result, name, key);
    fill_defaults(schema, name, result);
    return result;
}

void SchemaCheck::check_other_keys(const Schema& schema,
                                   const RawNode& node,
                                   const std::string& name,
                                   berth_cfg& result) {
    const RawMember* plugin = nullptr;
    bool mistakes = false;
    for (const RawMember& member : node.members) {
        if (schema.property(member.key) != nullptr) {
            continue;
        }
        if (!schema.additional.empty()) {
            result.members.push_back(
                {member.key,
                 check(schema.additional.front(), member.value, member.key, member.place)});
        } else if (schema.additional_any) {
            result.members.push_back({member.key, untyped_node(member.value)});
        } else if (schema.plugin_kind.empty() || !take_plugin(schema.plugin_kind, member, result)) {
            report_.unknown_key(schema, member, name);
            mistakes = true;
        } else if (plugin != nullptr) {
            diagnostics_.error(Problem::kTwoPlugins,
                               member.place,
                               "'" + plugin->key + "' and '" + member.key + "' in one place",
                               {"keep one of them, or write two routes"});
        } else {
            plugin = &member;
        }
    }
    const bool needed = !schema.plugin_kind.empty() && !schema.plugin_optional;
    if (needed && plugin == nullptr && !mistakes) {
        report_.no_plugin(schema.plugin_kind, name, node.place);
    }
}

berth_cfg SchemaCheck::check_named_plugin(const Schema& schema, const RawNode& node) {
    RawMember member{node.text, node.place, RawNode()};
    member.value.kind = RawNode::Kind::kMap;
    member.value.place = node.place;
    berth_cfg result = empty_node(berth_cfg::Kind::kMap, node.place);
    if (!take_plugin(schema.plugin_kind, member, result)) {
        report_.unknown_plugin(schema.plugin_kind, node.text, node.place);
    }
    fill_defaults(schema, node.text, result);
    return result;
}

bool SchemaCheck::take_plugin(const std::string& kind, const RawMember& member, berth_cfg& result) {
    std::string why_not;
    const FactoryInfo* info = index_.find(kind, member.key, &why_not);
    if (info == nullptr) {
        if (why_not.empty()) {
            return false;
        }
        diagnostics_.error(Problem::kPluginRefused,
                           member.place,
                           "the plugin '" + member.key + "' cannot be used: " + why_not);
        return true;
    }
    berth_cfg settings = info->schema == nullptr
                             ? untyped_node(member.value)
                             : check(*info->schema, member.value, member.key, member.place);
    settings.factory = info;
    result.members.push_back({member.key, std::move(settings)});
    return true;
}

void SchemaCheck::check_required(const Schema& schema,
                                 const RawNode& node,
                                 const berth_cfg& result,
                                 const std::string& name,
                                 const Place& key) {
    const std::vector<std::string> known = property_names(schema);
    for (const std::string& wanted : schema.required) {
        // A misspelt key was reported as such.
        const auto is_meant = [&](const RawMember& member) {
            return schema.property(member.key) == nullptr && nearest(member.key, known) == wanted;
        };
        if (result.find(wanted) == nullptr &&
            std::none_of(node.members.begin(), node.members.end(), is_meant)) {
            report_.missing(schema, wanted, name, key.known() ? key : node.place);
        }
    }
}

void SchemaCheck::take_variables(const Schema& schema, berth_cfg& result) {
    if (!variables_) {
        return;
    }
    for (const auto& [key, property] : schema.properties) {
        if (result.find(key) != nullptr) {
            continue;
        }
        const std::optional<std::string> value =
            property.env.empty() ? std::nullopt : variables_(property.env);
        if (value && (!value->empty() || takes_nothing(property))) {
            const RawNode node = raw_variable(property, *value);
            result.members.push_back({key, check(property, node, property.env, node.place)});
        } else if (property.one_shot_value) {
            const RawNode node = raw_value(*property.one_shot_value, result.place);
            result.members.push_back({key, check(property, node, key, node.place)});
        }
    }
}

void SchemaCheck::fill_defaults(const Schema& schema, const std::string& name, berth_cfg& result) {
    for (const auto& [key, property] : schema.properties) {
        if (!property.default_value || result.find(key) != nullptr) {
            continue;
        }
        const RawNode raw = raw_value(*property.default_value, result.place);
        result.members.push_back({key, check(property, raw, name + "." + key, result.place)});
    }
}

}  // namespace berth
