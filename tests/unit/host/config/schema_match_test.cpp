#include "config/schema_match.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

Schema schema(std::string_view json) {
    return parse_schema(json).value().root;
}

RawNode scalar(const std::string& text, bool quoted = false, bool substituted = false) {
    RawNode node;
    node.kind = RawNode::Kind::kScalar;
    node.text = text;
    node.quoted = quoted;
    node.substituted = substituted;
    return node;
}

RawNode of_kind(RawNode::Kind kind) {
    RawNode node;
    node.kind = kind;
    return node;
}

TEST(SchemaMatch, a_scalar_is_what_it_looks_like) {
    EXPECT_TRUE(fits_type(schema(R"({"type": "integer"})"), scalar("8080")));
    EXPECT_FALSE(fits_type(schema(R"({"type": "integer"})"), scalar("8080", true)));
    EXPECT_FALSE(fits_type(schema(R"({"type": "string"})"), scalar("8080")));
    EXPECT_TRUE(fits_type(schema(R"({"type": "string"})"), scalar("8080", true)));
    EXPECT_TRUE(fits_type(schema(R"({"type": "boolean"})"), scalar("true")));
    EXPECT_FALSE(fits_type(schema(R"({"type": "boolean"})"), scalar("yes")));
}

TEST(SchemaMatch, an_integer_is_a_number_but_not_the_other_way_round) {
    EXPECT_TRUE(fits_type(schema(R"({"type": "number"})"), scalar("1")));
    EXPECT_FALSE(fits_type(schema(R"({"type": "integer"})"), scalar("1.5")));
}

TEST(SchemaMatch, a_bare_number_passes_where_a_unit_is_wanted_so_that_the_unit_is_reported) {
    EXPECT_TRUE(fits_type(schema(R"({"type": "string", "format": "duration"})"), scalar("10")));
    EXPECT_FALSE(fits_type(schema(R"({"type": "string", "format": "path"})"), scalar("10")));
}

TEST(SchemaMatch, a_value_from_outside_is_whatever_it_can_be_read_as) {
    for (const bool quoted : {true, false}) {
        EXPECT_TRUE(fits_type(schema(R"({"type": "integer"})"), scalar("8080", quoted, true)));
        EXPECT_TRUE(fits_type(schema(R"({"type": "string"})"), scalar("8080", quoted, true)));
        EXPECT_FALSE(fits_type(schema(R"({"type": "integer"})"), scalar("many", quoted, true)));
    }
}

TEST(SchemaMatch, an_empty_value_may_be_an_empty_map_only) {
    const RawNode null = of_kind(RawNode::Kind::kNull);
    EXPECT_TRUE(fits_type(schema(R"({"type": "object"})"), null));
    EXPECT_TRUE(fits_type(schema(R"({"type": "null"})"), null));
    EXPECT_FALSE(fits_type(schema(R"({"type": "array"})"), null));
    EXPECT_FALSE(fits_type(schema(R"({"type": "string"})"), null));
}

TEST(SchemaMatch, a_constant_picks_an_alternative) {
    const Schema map = schema(R"({"properties": {"kind": {"const": "a"}}})");
    RawNode node = of_kind(RawNode::Kind::kMap);
    EXPECT_FALSE(picked_by_constant(map, node));
    node.members.push_back({"kind", {}, scalar("a")});
    EXPECT_TRUE(picked_by_constant(map, node));
    node.members.front().value.text = "b";
    EXPECT_FALSE(picked_by_constant(map, node));
    EXPECT_TRUE(picked_by_constant(schema(R"({"const": "auto"})"), scalar("auto")));
}

TEST(SchemaMatch, words_for_messages) {
    EXPECT_EQ(expected_words(schema(R"({"type": ["string", "array"]})")), "text or a list");
    EXPECT_EQ(expected_words(schema(R"({"type": "integer"})")), "a whole number");
    EXPECT_EQ(expected_words(schema(R"({"format": "size"})")), "a size such as 64KiB or 16MiB");
    EXPECT_EQ(found_words(scalar("1")), "is a number");
    EXPECT_EQ(found_words(scalar("1.5")), "is a number with a fraction");
    EXPECT_EQ(found_words(scalar("99999999999999999999")), "is a number that is too large");
    EXPECT_EQ(found_words(scalar("true")), "is a boolean");
    EXPECT_EQ(found_words(scalar("true", true)), "is text");
    EXPECT_EQ(found_words(of_kind(RawNode::Kind::kNull)), "has no value");
    EXPECT_EQ(found_words(of_kind(RawNode::Kind::kList)), "is a list");
    EXPECT_EQ(found_words(of_kind(RawNode::Kind::kMap)), "is a map of settings");
}

TEST(SchemaMatch, deprecated_settings_are_not_suggested) {
    EXPECT_EQ(property_names(schema(R"({"properties": {"a": {}, "b": {"deprecated": true}}})")),
              std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace berth
