#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// Bits of Schema::types.
enum SchemaType : uint32_t {
    kTypeNull = 1,
    kTypeBoolean = 2,
    kTypeInteger = 4,
    kTypeNumber = 8,
    kTypeString = 16,
    kTypeArray = 32,
    kTypeObject = 64,
    kTypeAny = 127,
};

enum class Format { kNone, kDuration, kSize, kPercent, kPath, kCidr, kHostPort, kRegex, kUrl };

struct SchemaMember;
struct SchemaProperty;

// A JSON value of a schema: of `default`, `const` and `enum`.
struct SchemaValue {
    SchemaType type = kTypeNull;
    std::string text;  // of a scalar, as JSON writes it, without quotes
    std::vector<SchemaMember> members;
    std::vector<SchemaValue> items;
};

struct SchemaMember {
    std::string key;
    SchemaValue value;
};

// One schema object of the subset of JSON Schema (draft 2020-12) that sdk/README.md lists.
struct Schema {
    uint32_t types = kTypeAny;
    Format format = Format::kNone;
    std::vector<SchemaProperty> properties;
    std::vector<std::string> required;
    std::vector<Schema> additional;  // none or one: schema of other keys; none: they are refused
    bool additional_any = false;     // `additionalProperties: true`
    std::vector<Schema> items;       // none or one
    std::vector<Schema> one_of;
    std::vector<SchemaValue> choices;  // enum, or the one const
    std::optional<SchemaValue> default_value;
    std::optional<SchemaValue> one_shot_value;  // x-berth-one-shot: default of one-shot commands
    std::optional<double> minimum, maximum;
    std::optional<uint64_t> items_min, items_max, length_min, length_max;
    std::string pattern;
    std::string description;
    bool deprecated = false;

    std::string plugin_kind;       // x-berth-plugin
    bool plugin_optional = false;  // x-berth-plugin-optional
    std::string env;               // x-berth-env
    bool secret = false;           // x-berth-secret
    bool log = false;              // x-berth-log: names a log file that the host opens

    const Schema* property(std::string_view key) const;
};

struct SchemaProperty {
    std::string key;
    Schema schema;
};

struct ParsedSchema {
    Schema root;
    std::vector<std::string>
        unknown_keywords;  // "properties.root.fromat": a newer schema, or a mistake
};

// Parses the schema of a factory. The error says what is wrong and where in the schema.
Result<ParsedSchema> parse_schema(std::string_view json);

}  // namespace berth
