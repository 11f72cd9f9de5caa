#include "config/schema_check.h"

#include "config/known_plugins.h"
#include "config/scalar_check.h"
#include "config/suggestion.h"
#include "config/value_format.h"

#include <algorithm>
#include <utility>

namespace berth {
namespace {

berth_cfg empty_node(berth_cfg::Kind kind, const Place& place) {
    berth_cfg node;
    node.kind = kind;
    node.place = place;
    node.where = place.text();
    return node;
}

berth_cfg untyped(const RawNode& node) {
    if (node.is_map()) {
        berth_cfg map = empty_node(berth_cfg::Kind::kMap, node.place);
        for (const RawMember& member : node.members) {
            map.members.push_back({member.key, untyped(member.value)});
        }
        return map;
    }
    if (node.is_list()) {
        berth_cfg list = empty_node(berth_cfg::Kind::kList, node.place);
        for (const RawNode& item : node.items) {
            list.items.push_back(untyped(item));
        }
        return list;
    }
    return untyped_scalar(node);
}

RawNode raw_of(const SchemaValue& value, const Place& place) {
    RawNode node;
    node.place = place;
    node.text = value.text;
    switch (value.type) {
        case kTypeNull:
            node.kind = RawNode::Kind::kNull;
            break;
        case kTypeArray:
            node.kind = RawNode::Kind::kList;
            break;
        case kTypeObject:
            node.kind = RawNode::Kind::kMap;
            break;
        default:
            node.kind = RawNode::Kind::kScalar;
            break;
    }
    node.quoted = value.type == kTypeString;
    for (const SchemaValue& item : value.items) {
        node.items.push_back(raw_of(item, place));
    }
    for (const auto& [key, member] : value.members) {
        node.members.push_back({key, place, raw_of(member, place)});
    }
    return node;
}

std::string type_words(const Schema& schema) {
    struct Word {
        uint32_t type;
        const char* word;
    };
    if (schema.format != Format::kNone) {
        return std::string(format_example(schema.format));
    }
    std::string words;
    for (const Word& word : {Word{kTypeBoolean, "true or false"},
                             Word{kTypeInteger, "a whole number"},
                             Word{kTypeNumber, "a number"},
                             Word{kTypeString, "text"},
                             Word{kTypeArray, "a list"},
                             Word{kTypeObject, "a map of settings"}}) {
        if ((schema.types & word.type) != 0) {
            words += (words.empty() ? "" : " or ") + std::string(word.word);
        }
    }
    return words;
}

std::string found_words(const RawNode& node) {
    if (node.kind == RawNode::Kind::kNull) {
        return "has no value";
    }
    if (node.is_list()) {
        return "is a list";
    }
    if (node.is_map()) {
        return "is a map of settings";
    }
    switch (type_of_scalar(node)) {
        case kTypeBoolean:
            return "is a boolean";
        case kTypeInteger:
            return "is a number";
        case kTypeNumber:
            return "is a number with a fraction";
        default:
            return "is text";
    }
}

std::vector<std::string> property_names(const Schema& schema) {
    std::vector<std::string> names;
    for (const auto& [name, property] : schema.properties) {
        if (!property.deprecated) {
            names.push_back(name);
        }
    }
    return names;
}

std::string list_of(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    std::string all;
    for (const std::string& name : names) {
        all += (all.empty() ? "" : ", ") + name;
    }
    return all;
}

bool takes_list_of_texts(const Schema& schema) {
    return (schema.types & kTypeArray) != 0 &&
           (schema.items.empty() || (schema.items.front().types & kTypeString) != 0);
}

std::string did_you_mean(const std::string& word) {
    return "did you mean '" + word + "'?";
}

// Does a scalar in a file fit these types? A value from outside fits whatever it can be read as.
bool scalar_fits(const Schema& schema, const RawNode& node) {
    const SchemaType type = type_of_scalar(node);
    if ((schema.types & type) != 0 || (type == kTypeInteger && (schema.types & kTypeNumber) != 0)) {
        return true;
    }
    const bool units = schema.format == Format::kDuration || schema.format == Format::kSize ||
                       schema.format == Format::kPercent;
    const bool bare_number = units && (type == kTypeInteger || type == kTypeNumber);
    if (bare_number || (node.substituted && (schema.types & kTypeString) != 0)) {
        return (schema.types & kTypeString) != 0;
    }
    if (!node.substituted || !node.quoted) {
        return false;
    }
    RawNode plain = node;
    plain.quoted = false;
    return (schema.types & type_of_scalar(plain)) != 0;
}

// May this alternative of a oneOf be the one that is meant?
bool is_candidate(const Schema& schema, const RawNode& node) {
    if (node.is_map()) {
        return (schema.types & kTypeObject) != 0;
    }
    if (node.is_list()) {
        return (schema.types & kTypeArray) != 0;
    }
    if (node.kind == RawNode::Kind::kNull) {
        return (schema.types & (kTypeNull | kTypeObject)) != 0;
    }
    return scalar_fits(schema, node);
}

bool has_choice(const Schema& schema, const std::string& text) {
    return std::any_of(schema.choices.begin(),
                       schema.choices.end(),
                       [&](const SchemaValue& choice) { return choice.text == text; });
}

// Is this the alternative by its constant: of the scalar itself, or of a member that tells the
// kinds apart?
bool is_chosen(const Schema& schema, const RawNode& node) {
    if (node.is_scalar()) {
        return has_choice(schema, node.text);
    }
    return std::any_of(
        schema.properties.begin(), schema.properties.end(), [&](const auto& property) {
            const RawMember* member = node.find(property.first);
            return member != nullptr && has_choice(property.second, member->value.text);
        });
}

}  // namespace

SchemaCheck::SchemaCheck(FactoryIndex& index, Diagnostics& diagnostics)
    : index_(index), diagnostics_(diagnostics) {}

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
    if (choice || is_candidate(schema, node)) {
        return true;
    }
    std::vector<std::string> help{"expected " + type_words(schema)};
    const bool wants_text = (schema.types & kTypeString) != 0;
    if (node.is_scalar() && wants_text && !node.secret) {
        help.push_back("write it in quotes: \"" + node.text + "\"");
    } else if (node.is_scalar() && takes_list_of_texts(schema) && !node.secret) {
        help.push_back("write [" + node.text + "]");
    } else if (node.quoted && !node.secret) {
        RawNode plain = node;
        plain.quoted = false;
        if (scalar_fits(schema, plain)) {
            help.push_back("write it without quotes: " + node.text);
        }
    }
    diagnostics_.error(
        Problem::kWrongType, node.place, name + " " + found_words(node), std::move(help));
    return false;
}

// The alternative that a constant picks, else the only one of the right type.
const Schema* SchemaCheck::alternative(const Schema& schema,
                                       const RawNode& node,
                                       const std::string& name) {
    const Schema* found = nullptr;
    Schema all;
    all.types = 0;
    for (const Schema& option : schema.one_of) {
        all.types |= option.types;
        if (is_chosen(option, node)) {
            return &option;
        }
        const bool better = found == nullptr || (!found->choices.empty() && option.choices.empty());
        if (is_candidate(option, node) && better) {
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
                                   ? untyped(item)
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
        if (property != nullptr) {
            result.members.push_back(
                {member.key, check(*property, member.value, member.key, member.place)});
        }
    }
    check_other_keys(schema, node, name, result);
    check_required(schema, node, name, key);
    fill_defaults(schema, name, result);
    return result;
}

// Keys that no property describes: free ones, the one that names a plugin, and mistakes.
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
            result.members.push_back({member.key, untyped(member.value)});
        } else if (schema.plugin_kind.empty() || !take_plugin(schema.plugin_kind, member, result)) {
            report_unknown_key(schema, member, name);
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
        report_no_plugin(schema.plugin_kind, name, node.place);
    }
}

// `- compress` stands for `- compress: {}`.
berth_cfg SchemaCheck::check_named_plugin(const Schema& schema, const RawNode& node) {
    RawMember member{node.text, node.place, RawNode()};
    member.value.kind = RawNode::Kind::kMap;
    member.value.place = node.place;
    berth_cfg result = empty_node(berth_cfg::Kind::kMap, node.place);
    if (!take_plugin(schema.plugin_kind, member, result)) {
        report_unknown_plugin(schema.plugin_kind, node.text, node.place);
    }
    fill_defaults(schema, node.text, result);
    return result;
}

// False when nothing of that kind has the member's name; nothing is reported then.
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
                             ? untyped(member.value)
                             : check(*info->schema, member.value, member.key, member.place);
    settings.factory = info;
    result.members.push_back({member.key, std::move(settings)});
    return true;
}

void SchemaCheck::report_unknown_key(const Schema& schema,
                                     const RawMember& member,
                                     const std::string& name) {
    const std::string setting = nearest(member.key, property_names(schema));
    if (!schema.plugin_kind.empty()) {
        const std::string plugin = nearest(member.key, index_.names(schema.plugin_kind));
        const bool plugin_nearer =
            !plugin.empty() && (setting.empty() || edit_distance(plugin, member.key) <
                                                       edit_distance(setting, member.key));
        const bool known = !package_of_plugin(schema.plugin_kind, member.key).empty();
        if (known || plugin_nearer || setting.empty()) {
            report_unknown_plugin(schema.plugin_kind, member.key, member.place);
            return;
        }
    }
    std::vector<std::string> help;
    if (!setting.empty()) {
        help.push_back(did_you_mean(setting));
    } else if (schema.properties.empty()) {
        help.push_back(name + " has no settings");
    } else {
        help.push_back("known here: " + list_of(property_names(schema)));
    }
    diagnostics_.error(Problem::kUnknownSetting,
                       member.place,
                       "unknown setting '" + member.key + "' in " + name,
                       std::move(help));
}

void SchemaCheck::report_unknown_plugin(const std::string& kind,
                                        const std::string& word,
                                        const Place& place) {
    const std::string what = kind_word(kind);
    const std::string package = package_of_plugin(kind, word);
    if (!package.empty()) {
        diagnostics_.error(Problem::kNotInstalled,
                           place,
                           "nothing here is called '" + word + "'",
                           {"Berth knows this " + what + ", but it is not installed",
                            "try: sudo apt install " + package});
        return;
    }
    for (const char* other : {"berth.http.handler/1", "berth.http.filter/1", "berth.protocol/1"}) {
        const std::vector<std::string> names = index_.names(other);
        if (kind != other && std::find(names.begin(), names.end(), word) != names.end()) {
            diagnostics_.error(Problem::kWrongKind,
                               place,
                               "'" + word + "' is a " + kind_word(other) + ", not a " + what,
                               {"a " + what + " must stand here"});
            return;
        }
    }
    const std::vector<std::string> names = index_.names(kind);
    const std::string meant = nearest(word, names);
    std::vector<std::string> help;
    if (!meant.empty()) {
        help.push_back(did_you_mean(meant));
    } else if (names.empty()) {
        help.push_back("no " + what + " is installed");
    } else {
        help.push_back("installed: " + list_of(names));
    }
    diagnostics_.error(
        Problem::kUnknownPlugin, place, "nothing here is called '" + word + "'", std::move(help));
}

void SchemaCheck::report_no_plugin(const std::string& kind,
                                   const std::string& name,
                                   const Place& place) {
    const std::vector<std::string> names = index_.names(kind);
    const std::string what = kind_word(kind);
    diagnostics_.error(
        Problem::kNoPlugin,
        place,
        name + " names no " + what,
        {names.empty() ? "no " + what + " is installed" : "add one of: " + list_of(names)});
}

void SchemaCheck::check_required(const Schema& schema,
                                 const RawNode& node,
                                 const std::string& name,
                                 const Place& key) {
    const std::vector<std::string> known = property_names(schema);
    for (const std::string& wanted : schema.required) {
        if (node.find(wanted) != nullptr) {
            continue;
        }
        // A misspelt key was reported as such.
        const auto is_meant = [&](const RawMember& member) {
            return schema.property(member.key) == nullptr && nearest(member.key, known) == wanted;
        };
        if (std::none_of(node.members.begin(), node.members.end(), is_meant)) {
            const Schema* property = schema.property(wanted);
            diagnostics_.error(Problem::kMissingSetting,
                               key.known() ? key : node.place,
                               name + " needs the setting '" + wanted + "'",
                               property == nullptr || property->description.empty()
                                   ? std::vector<std::string>{}
                                   : std::vector<std::string>{property->description});
        }
    }
}

void SchemaCheck::fill_defaults(const Schema& schema, const std::string& name, berth_cfg& result) {
    for (const auto& [key, property] : schema.properties) {
        if (!property.default_value || result.find(key) != nullptr) {
            continue;
        }
        const RawNode raw = raw_of(*property.default_value, result.place);
        result.members.push_back({key, check(property, raw, name + "." + key, result.place)});
    }
}

}  // namespace berth
