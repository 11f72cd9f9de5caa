#include "config/schema_report.h"

#include "config/known_plugins.h"
#include "config/schema_match.h"
#include "config/suggestion.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace berth {
namespace {

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

}  // namespace

void SchemaReport::wrong_type(const Schema& schema, const RawNode& node, const std::string& name) {
    std::vector<std::string> help{"expected " + expected_words(schema)};
    const bool wants_text = (schema.types & kTypeString) != 0;
    if (node.is_scalar() && wants_text && !node.secret) {
        help.push_back("write it in quotes: \"" + node.text + "\"");
    } else if (node.is_scalar() && takes_list_of_texts(schema) && !node.secret) {
        help.push_back("write [" + node.text + "]");
    } else if (node.is_scalar() && (schema.types & kTypeObject) != 0 &&
               schema.required.size() == 1 && !node.secret) {
        help.push_back("write { " + schema.required.front() + ": " + node.text + " }");
    } else if (node.quoted && !node.secret) {
        RawNode plain = node;
        plain.quoted = false;
        if (fits_type(schema, plain)) {
            help.push_back("write it without quotes: " + node.text);
        }
    }
    diagnostics_.error(
        Problem::kWrongType, node.place, name + " " + found_words(node), std::move(help));
}

void SchemaReport::unknown_key(const Schema& schema,
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
            unknown_plugin(schema.plugin_kind, member.key, member.place);
            return;
        }
    }
    std::vector<std::string> help;
    const std::string meant =
        setting.empty() ? member.meant : nearest(member.key, {setting, member.meant});
    if (!meant.empty()) {
        help.push_back(did_you_mean(meant));
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

void SchemaReport::unknown_plugin(const std::string& kind,
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

void SchemaReport::no_plugin(const std::string& kind, const std::string& name, const Place& place) {
    const std::vector<std::string> names = index_.names(kind);
    const std::string what = kind_word(kind);
    diagnostics_.error(
        Problem::kNoPlugin,
        place,
        name + " names no " + what,
        {names.empty() ? "no " + what + " is installed" : "add one of: " + list_of(names)});
}

void SchemaReport::missing(const Schema& schema,
                           const std::string& wanted,
                           const std::string& name,
                           const Place& place) {
    std::vector<std::string> help;
    const Schema* property = schema.property(wanted);
    if (property != nullptr && !property->description.empty()) {
        help.push_back(property->description);
    }
    diagnostics_.error(Problem::kMissingSetting,
                       place,
                       name + " needs the setting '" + wanted + "'",
                       std::move(help));
}

}  // namespace berth
