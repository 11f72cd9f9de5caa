#include "schema_settings.h"

#include "berth/cpp/text.hpp"

#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace berth::testing {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

// "8KiB" and "10s" are numbers for a plugin: bytes and milliseconds.
berth_cfg with_unit(const std::string& text) {
    static constexpr std::array<std::pair<std::string_view, uint64_t>, 9> kUnits = {{
        {"KiB", 1 << 10},
        {"MiB", 1 << 20},
        {"GiB", 1 << 30},
        {"ms", 1},
        {"s", 1000},
        {"m", 60'000},
        {"h", 3'600'000},
        {"d", 86'400'000},
        {"B", 1},
    }};
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view unit = sdk::trim(std::string_view(text).substr(digits));
    const auto* const known = std::find_if(
        kUnits.begin(), kUnits.end(), [unit](const auto& each) { return each.first == unit; });
    berth_cfg node(text);
    const uint64_t number = sdk::parse_decimal(text.substr(0, digits)).value_or(0);
    node.number = static_cast<int64_t>(number * (known == kUnits.end() ? 1 : known->second));
    return node;
}

berth_cfg node_of(const Poco::Dynamic::Var& value, const std::string& format);

berth_cfg list_of(const Array& items) {
    berth_cfg node;
    for (const auto& item : items) {
        node.members.emplace_back("", node_of(item, ""));
    }
    return node;
}

berth_cfg map_of(const Object& members) {
    berth_cfg node;
    for (const auto& [key, value] : members) {
        node.members.emplace_back(key, node_of(value, ""));
    }
    return node;
}

berth_cfg node_of(const Poco::Dynamic::Var& value, const std::string& format) {
    if (value.type() == typeid(Object::Ptr)) {
        return map_of(*value.extract<Object::Ptr>());
    }
    if (value.type() == typeid(Array::Ptr)) {
        return list_of(*value.extract<Array::Ptr>());
    }
    if (value.isBoolean()) {
        return {value.convert<bool>()};
    }
    const auto text = value.convert<std::string>();
    return value.isInteger() || format == "size" || format == "duration" ? with_unit(text)
                                                                         : berth_cfg(text);
}

bool is_required(const Object& schema, const std::string& name) {
    const Array::Ptr required = schema.getArray("required");
    return required && std::find(required->begin(), required->end(), name) != required->end();
}

}  // namespace

berth_cfg settings_by_schema(const char* schema) {
    berth_cfg settings;
    const auto root = Poco::JSON::Parser().parse(schema).extract<Object::Ptr>();
    const Object::Ptr properties = root->getObject("properties");
    for (const auto& [name, value] : properties ? *properties : Object()) {
        const Object& property = *value.extract<Object::Ptr>();
        const auto format = property.optValue<std::string>("format", "");
        if (property.has("default")) {
            settings.members.emplace_back(name, node_of(property.get("default"), format));
        } else if (is_required(*root, name) && property.has("examples")) {
            settings.members.emplace_back(name,
                                          node_of(property.getArray("examples")->get(0), format));
        }
    }
    return settings;
}

}  // namespace berth::testing
