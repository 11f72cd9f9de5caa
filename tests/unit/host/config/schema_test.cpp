#include "config/schema.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

Schema parsed(std::string_view json) {
    Result<ParsedSchema> schema = parse_schema(json);
    EXPECT_TRUE(schema.ok()) << (schema.ok() ? "" : schema.error().message);
    if (!schema.ok()) {
        return {};
    }
    EXPECT_TRUE(schema.value().unknown_keywords.empty());
    return std::move(schema).value().root;
}

std::string refused(std::string_view json) {
    const Result<ParsedSchema> schema = parse_schema(json);
    EXPECT_FALSE(schema.ok()) << json;
    return schema.ok() ? "" : schema.error().message;
}

TEST(Schema, reads_every_keyword_of_the_subset) {
    const Schema schema = parsed(R"({
        "$schema": "x", "$id": "x", "$comment": "x", "title": "x", "examples": [], "x-berth-reload": "live",
        "type": "object", "description": "d", "deprecated": true, "required": ["a"],
        "x-berth-plugin": "berth.http.handler/1", "x-berth-plugin-optional": true,
        "additionalProperties": {"type": "string"},
        "properties": {
            "a": {"type": ["string", "null"], "minLength": 1, "maxLength": 9, "pattern": "^a", "default": "ab",
                  "x-berth-env": "A", "x-berth-secret": true, "x-berth-log": true},
            "b": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3},
            "c": {"type": "integer", "minimum": -1, "maximum": 1.5},
            "d": {"enum": ["x", 1, true, null]},
            "e": {"const": 7},
            "f": {"oneOf": [{"type": "string", "format": "duration"}, {"const": "forever"}]}}})");
    EXPECT_EQ(schema.types, kTypeObject);
    EXPECT_EQ(schema.description, "d");
    EXPECT_TRUE(schema.deprecated);
    EXPECT_EQ(schema.required, std::vector<std::string>{"a"});
    EXPECT_EQ(schema.plugin_kind, "berth.http.handler/1");
    EXPECT_TRUE(schema.plugin_optional);
    ASSERT_EQ(schema.additional.size(), 1u);

    const Schema& a = *schema.property("a");
    EXPECT_EQ(a.types, kTypeString | kTypeNull);
    EXPECT_EQ(a.length_min, 1u);
    EXPECT_EQ(a.length_max, 9u);
    EXPECT_EQ(a.pattern, "^a");
    EXPECT_EQ(a.default_value->text, "ab");
    EXPECT_EQ(a.env, "A");
    EXPECT_TRUE(a.secret && a.log);
    EXPECT_EQ(schema.property("b")->items.front().types, kTypeNumber);
    EXPECT_EQ(schema.property("b")->items_min, 2u);
    EXPECT_EQ(schema.property("b")->items_max, 3u);
    EXPECT_EQ(schema.property("c")->minimum, -1);
    EXPECT_EQ(schema.property("c")->maximum, 1.5);
    EXPECT_EQ(schema.property("d")->choices.size(), 4u);
    EXPECT_EQ(schema.property("e")->choices.front().text, "7");
    EXPECT_EQ(schema.property("f")->one_of.front().format, Format::kDuration);
    EXPECT_EQ(schema.property("g"), nullptr);
}

TEST(Schema, properties_keep_their_order) {
    const Schema schema = parsed(R"({"properties": {"z": {}, "a": {}, "m": {}}})");
    std::string order;
    for (const auto& [key, property] : schema.properties) {
        order += key;
    }
    EXPECT_EQ(order, "zam");
}

TEST(Schema, a_type_that_is_not_stated_follows_from_the_rest) {
    EXPECT_EQ(parsed(R"({"properties": {"a": {}}})").types, kTypeObject);
    EXPECT_EQ(parsed(R"({"x-berth-plugin": "k"})").types, kTypeObject);
    EXPECT_EQ(parsed(R"({"items": {}})").types, kTypeArray);
    EXPECT_EQ(parsed(R"({"format": "size"})").types, kTypeString);
    EXPECT_EQ(parsed(R"({"pattern": "a"})").types, kTypeString);
    EXPECT_EQ(parsed(R"({"enum": ["a", 1]})").types, kTypeString | kTypeInteger);
    EXPECT_EQ(parsed("{}").types, kTypeAny);
}

TEST(Schema, additional_properties_are_refused_unless_allowed) {
    EXPECT_FALSE(parsed(R"({"type": "object"})").additional_any);
    EXPECT_FALSE(parsed(R"({"additionalProperties": false})").additional_any);
    EXPECT_TRUE(parsed(R"({"additionalProperties": true})").additional_any);
}

TEST(Schema, keywords_of_a_newer_host_are_named_with_their_place) {
    const Result<ParsedSchema> schema = parse_schema(
        R"({"uniqueItems": true, "properties": {"a": {"fromat": "size"}, "b": {"format": "uuid"}}})");
    ASSERT_TRUE(schema.ok());
    EXPECT_EQ(schema.value().unknown_keywords,
              (std::vector<std::string>{
                  "uniqueItems", "properties.a.fromat", "properties.b.format: uuid"}));
}

TEST(Schema, a_broken_one_says_what_and_where) {
    EXPECT_EQ(refused(R"({"properties": {"a": {"type": "txet"}}})"), "there is no type 'txet'");
    EXPECT_EQ(refused(R"({"properties": {"a": 1}})"), "'properties.a' is not an object");
    EXPECT_EQ(refused(R"({"properties": []})"), "'properties' has a value of the wrong type");
    EXPECT_EQ(refused(R"({"minLength": -1})"), "'minLength' has a value of the wrong type");
    EXPECT_EQ(refused(R"({"oneOf": [{"pattern": "("}]})"),
              "'oneOf[0].pattern' is not a regular expression that RE2 knows");
    EXPECT_NE(refused("{").find("not JSON"), std::string::npos);
    EXPECT_NE(refused("[]"), "");
    EXPECT_NE(refused(""), "");
}

TEST(Schema, wrong_types_of_any_keyword_are_errors_and_nothing_else) {
    for (const char* keyword : {"type",
                                "properties",
                                "required",
                                "items",
                                "oneOf",
                                "enum",
                                "format",
                                "minimum",
                                "maxItems",
                                "pattern",
                                "deprecated",
                                "x-berth-plugin",
                                "x-berth-env"}) {
        for (const char* value : {"{\"a\": 1}", "[[]]", "[{}]", "null", "\"\\u0000\""}) {
            const Result<ParsedSchema> schema =
                parse_schema("{\"" + std::string(keyword) + "\": " + value + "}");
            EXPECT_TRUE(schema.ok() || !schema.error().message.empty());
        }
    }
}

TEST(Schema, depth_is_bounded) {
    std::string deep;
    for (int i = 0; i < 40; ++i) {
        deep += R"({"items": )";
    }
    deep += "{}" + std::string(40, '}');
    EXPECT_NE(refused(deep), "");
}

}  // namespace
}  // namespace berth
