#include "config/schema.h"

#include "config/value_format.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>

#include <array>
#include <functional>
#include <utility>

namespace berth {
namespace {

constexpr size_t kSchemaDepthMax = 32;

using Poco::Dynamic::Var;
using ObjectPtr = Poco::JSON::Object::Ptr;
using ArrayPtr = Poco::JSON::Array::Ptr;

// What is wrong with a schema; thrown inside this file only.
struct Malformed {
    std::string message;
};

bool is_object(const Var& value) {
    return value.type() == typeid(ObjectPtr);
}
bool is_array(const Var& value) {
    return value.type() == typeid(ArrayPtr);
}

SchemaValue read_value(const Var& value) {
    SchemaValue result;
    if (value.isEmpty()) {
        return result;
    }
    if (is_object(value)) {
        result.type = kTypeObject;
        const ObjectPtr object = value.extract<ObjectPtr>();
        for (const std::string& key : object->getNames()) {
            result.members.push_back({key, read_value(object->get(key))});
        }
        return result;
    }
    if (is_array(value)) {
        result.type = kTypeArray;
        for (const Var& item : *value.extract<ArrayPtr>()) {
            result.items.push_back(read_value(item));
        }
        return result;
    }
    if (value.isString()) {
        result.type = kTypeString;
    } else if (value.isBoolean()) {
        result.type = kTypeBoolean;
    } else {
        result.type = value.isInteger() ? kTypeInteger : kTypeNumber;
    }
    result.text = value.convert<std::string>();
    return result;
}

uint32_t type_by_name(const std::string& name) {
    constexpr std::array<std::pair<const char*, uint32_t>, 7> kNames{{{"null", kTypeNull},
                                                                      {"boolean", kTypeBoolean},
                                                                      {"integer", kTypeInteger},
                                                                      {"number", kTypeNumber},
                                                                      {"string", kTypeString},
                                                                      {"array", kTypeArray},
                                                                      {"object", kTypeObject}}};
    for (const auto& [known, bit] : kNames) {
        if (name == known) {
            return bit;
        }
    }
    throw Malformed{"there is no type '" + name + "'"};
}

// Reads one schema object after the other; `where_` is the path to the present one.
class SchemaReader {
public:
    explicit SchemaReader(std::vector<std::string>& unknown) : unknown_(unknown) {}

    Schema read(const Var& value, const std::string& where) {
        if (!is_object(value)) {
            throw Malformed{"'" + where + "' is not an object"};
        }
        if (++depth_ > kSchemaDepthMax) {
            throw Malformed{"nested too deep"};
        }
        Schema schema;
        const ObjectPtr object = value.extract<ObjectPtr>();
        for (const std::string& keyword : object->getNames()) {
            take(schema, keyword, object->get(keyword), where);
        }
        derive_types(schema, object->has("type"));
        --depth_;
        return schema;
    }

private:
    using Reader = void (SchemaReader::*)(Schema&, const Var&, const std::string& where);
    struct Keyword {
        const char* name;
        Reader read;
    };

    void take(Schema& schema, const std::string& name, const Var& value, const std::string& where) {
        for (const Keyword& keyword : kKeywords) {
            if (name == keyword.name) {
                const std::string path = where.empty() ? name : where + "." + name;
                try {
                    (this->*keyword.read)(schema, value, path);
                } catch (const Poco::Exception&) {
                    throw Malformed{"'" + path + "' has a value of the wrong type"};
                }
                return;
            }
        }
        unknown_.push_back(where.empty() ? name : where + "." + name);
    }

    // A schema that says `properties` means an object, one with a format a text.
    static void derive_types(Schema& schema, bool stated) {
        if (stated) {
            return;
        }
        if (!schema.properties.empty() || !schema.plugin_kind.empty()) {
            schema.types = kTypeObject;
        } else if (!schema.items.empty()) {
            schema.types = kTypeArray;
        } else if (schema.format != Format::kNone || !schema.pattern.empty()) {
            schema.types = kTypeString;
        } else if (!schema.choices.empty()) {
            schema.types = 0;
            for (const SchemaValue& choice : schema.choices) {
                schema.types |= choice.type;
            }
        }
    }

    void read_type(Schema& schema, const Var& value, const std::string& /*where*/) {
        if (!is_array(value)) {
            schema.types = type_by_name(value.convert<std::string>());
            return;
        }
        schema.types = 0;
        for (const Var& name : *value.extract<ArrayPtr>()) {
            schema.types |= type_by_name(name.convert<std::string>());
        }
    }

    void read_properties(Schema& schema, const Var& value, const std::string& where) {
        const ObjectPtr object = value.extract<ObjectPtr>();
        for (const std::string& key : object->getNames()) {
            schema.properties.push_back({key, read(object->get(key), where + "." + key)});
        }
    }

    void read_additional(Schema& schema, const Var& value, const std::string& where) {
        if (value.isBoolean()) {
            schema.additional_any = value.convert<bool>();
            return;
        }
        schema.additional.push_back(read(value, where));
    }

    void read_items(Schema& schema, const Var& value, const std::string& where) {
        schema.items.push_back(read(value, where));
    }

    void read_one_of(Schema& schema, const Var& value, const std::string& where) {
        size_t i = 0;
        for (const Var& alternative : *value.extract<ArrayPtr>()) {
            schema.one_of.push_back(read(alternative, where + "[" + std::to_string(i++) + "]"));
        }
    }

    void read_enum(Schema& schema, const Var& value, const std::string& /*where*/) {
        for (const Var& choice : *value.extract<ArrayPtr>()) {
            schema.choices.push_back(read_value(choice));
        }
    }

    void read_const(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.choices.push_back(read_value(value));
    }

    void read_required(Schema& schema, const Var& value, const std::string& /*where*/) {
        for (const Var& key : *value.extract<ArrayPtr>()) {
            schema.required.push_back(key.convert<std::string>());
        }
    }

    void read_default(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.default_value = read_value(value);
    }

    void read_format_name(Schema& schema, const Var& value, const std::string& where) {
        const std::optional<Format> format = format_by_name(value.convert<std::string>());
        if (!format) {
            unknown_.push_back(where + ": " + value.convert<std::string>());
            return;
        }
        schema.format = *format;
    }

    void read_minimum(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.minimum = value.convert<double>();
    }
    void read_maximum(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.maximum = value.convert<double>();
    }
    void read_items_min(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.items_min = value.convert<uint64_t>();
    }
    void read_items_max(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.items_max = value.convert<uint64_t>();
    }
    void read_length_min(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.length_min = value.convert<uint64_t>();
    }
    void read_length_max(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.length_max = value.convert<uint64_t>();
    }
    void read_pattern(Schema& schema, const Var& value, const std::string& where) {
        schema.pattern = value.convert<std::string>();
        if (read_format(Format::kRegex, schema.pattern).problem) {
            throw Malformed{"'" + where + "' is not a regular expression that RE2 knows"};
        }
    }
    void read_description(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.description = value.convert<std::string>();
    }
    void read_deprecated(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.deprecated = value.convert<bool>();
    }
    void read_plugin(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.plugin_kind = value.convert<std::string>();
    }
    void read_plugin_optional(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.plugin_optional = value.convert<bool>();
    }
    void read_env(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.env = value.convert<std::string>();
    }
    void read_one_shot(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.one_shot_value = read_value(value);
    }
    void read_secret(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.secret = value.convert<bool>();
    }
    void read_log(Schema& schema, const Var& value, const std::string& /*where*/) {
        schema.log = value.convert<bool>();
    }
    void ignore(Schema& /*schema*/, const Var& /*value*/, const std::string& /*where*/) {}

    static const std::array<Keyword, 31> kKeywords;

    std::vector<std::string>& unknown_;
    size_t depth_ = 0;
};

const std::array<SchemaReader::Keyword, 31> SchemaReader::kKeywords{{
    {"type", &SchemaReader::read_type},
    {"properties", &SchemaReader::read_properties},
    {"additionalProperties", &SchemaReader::read_additional},
    {"required", &SchemaReader::read_required},
    {"items", &SchemaReader::read_items},
    {"oneOf", &SchemaReader::read_one_of},
    {"enum", &SchemaReader::read_enum},
    {"const", &SchemaReader::read_const},
    {"default", &SchemaReader::read_default},
    {"format", &SchemaReader::read_format_name},
    {"minimum", &SchemaReader::read_minimum},
    {"maximum", &SchemaReader::read_maximum},
    {"minItems", &SchemaReader::read_items_min},
    {"maxItems", &SchemaReader::read_items_max},
    {"minLength", &SchemaReader::read_length_min},
    {"maxLength", &SchemaReader::read_length_max},
    {"pattern", &SchemaReader::read_pattern},
    {"description", &SchemaReader::read_description},
    {"deprecated", &SchemaReader::read_deprecated},
    {"x-berth-plugin", &SchemaReader::read_plugin},
    {"x-berth-plugin-optional", &SchemaReader::read_plugin_optional},
    {"x-berth-env", &SchemaReader::read_env},
    {"x-berth-one-shot", &SchemaReader::read_one_shot},
    {"x-berth-secret", &SchemaReader::read_secret},
    {"x-berth-log", &SchemaReader::read_log},
    {"x-berth-reload", &SchemaReader::ignore},
    {"title", &SchemaReader::ignore},
    {"examples", &SchemaReader::ignore},
    {"$schema", &SchemaReader::ignore},
    {"$id", &SchemaReader::ignore},
    {"$comment", &SchemaReader::ignore},
}};

}  // namespace

const Schema* Schema::property(std::string_view key) const {
    for (const auto& [name, schema] : properties) {
        if (name == key) {
            return &schema;
        }
    }
    return nullptr;
}

Result<ParsedSchema> parse_schema(std::string_view json) {
    ParsedSchema parsed;
    try {
        constexpr bool kKeepOrder = true;
        Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(kKeepOrder));
        parser.setDepth(kSchemaDepthMax * 2);
        parsed.root =
            SchemaReader(parsed.unknown_keywords).read(parser.parse(std::string(json)), "");
    } catch (const Malformed& malformed) {
        return Error{malformed.message};
    } catch (const Poco::Exception& exception) {
        return Error{"not JSON: " + exception.displayText()};
    }
    return parsed;
}

}  // namespace berth
