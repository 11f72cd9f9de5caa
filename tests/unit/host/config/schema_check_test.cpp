#include "config/schema_check.h"

#include "config/yaml_reader.h"
#include "config_reading.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

// A YAML text checked against a schema.
struct Checked {
    testing::FakeFactoryIndex index;
    Diagnostics diagnostics;
    berth_cfg node;

    Checked(std::string_view schema,
            const std::string& yaml,
            const testing::Texts& variables = {}) {
        const Outside outside = testing::outside_of(variables, {{"/secret", "hunter2"}});
        const std::vector<RawNode> documents =
            read_yaml(make_source("a.yaml", yaml), outside, diagnostics);
        EXPECT_EQ(documents.size(), 1u);
        SchemaCheck check(index, diagnostics);
        if (!variables.empty()) {  // of a one-shot command
            check.use_environment(outside.variable);
        }
        node = check.check(parse_schema(schema).value().root, documents.front(), "it", {});
    }
    std::string said() const { return render_text(diagnostics, false); }
    Diagnostic complaint() const {
        EXPECT_EQ(diagnostics.sorted().size(), 1u) << said();
        return diagnostics.empty() ? Diagnostic() : diagnostics.sorted().front();
    }
    std::string text(const char* key) const {
        const berth_cfg* found = node.find(key);
        return found == nullptr ? "(absent)" : found->text;
    }
};

TEST(SchemaCheck, fills_defaults_in_at_every_level) {
    const Checked checked(R"({"properties": {
        "a": {"type": "string", "format": "duration", "default": "5s"},
        "b": {"type": "object", "default": {}, "properties": {"c": {"type": "integer", "default": 3}}},
        "d": {"type": "array", "items": {"type": "string"}, "default": ["x", "y"]},
        "e": {"type": "string"}}})",
                          "{}");
    EXPECT_EQ(checked.said(), "");
    EXPECT_EQ(checked.node.find("a")->i64, 5'000);
    EXPECT_EQ(checked.node.find("b")->find("c")->i64, 3);
    EXPECT_EQ(checked.node.find("d")->items.at(1).text, "y");
    EXPECT_EQ(checked.node.find("e"), nullptr);
}

TEST(SchemaCheck, a_default_outside_its_own_bounds_is_reported) {
    EXPECT_EQ(
        Checked(R"({"properties": {"a": {"type": "integer", "default": 9, "maximum": 5}}})", "{}")
            .complaint()
            .problem,
        Problem::kOutOfRange);
}

TEST(SchemaCheck, an_empty_value_is_an_empty_map) {
    const Checked checked(R"({"properties": {"a": {"properties": {"b": {"default": 1}}}}})",
                          "a:\n");
    EXPECT_EQ(checked.said(), "");
    EXPECT_EQ(checked.node.find("a")->find("b")->i64, 1);
}

TEST(SchemaCheck, refuses_what_nobody_knows_unless_the_schema_allows_it) {
    EXPECT_EQ(Checked(R"({"properties": {"name": {}}})", "nmae: 1").complaint().help.front(),
              "did you mean 'name'?");
    EXPECT_EQ(Checked(R"({"properties": {"name": {}}})", "zzz: 1").complaint().help.front(),
              "known here: name");
    EXPECT_EQ(Checked(R"({"type": "object"})", "a: 1").complaint().help.front(),
              "it has no settings");
    EXPECT_EQ(Checked(R"({"type": "object", "additionalProperties": true})", "a: [1]").text("a"),
              "");
    EXPECT_EQ(Checked(R"({"additionalProperties": {"type": "integer"}, "type": "object"})", "a: x")
                  .complaint()
                  .problem,
              Problem::kWrongType);
}

TEST(SchemaCheck, asks_for_what_is_required_where_its_map_stands) {
    const Checked checked(
        R"({"properties": {"a": {"required": ["b"], "properties": {"b": {"description": "why"}}}}})",
        "a: {}\n");
    EXPECT_EQ(checked.complaint().message, "a needs the setting 'b'");
    EXPECT_EQ(checked.complaint().help.front(), "why");
    EXPECT_EQ(checked.complaint().place.text(), "a.yaml:1:1");
}

TEST(SchemaCheck, does_not_ask_for_what_was_only_misspelt) {
    EXPECT_EQ(Checked(R"({"required": ["name"], "properties": {"name": {}}})", "nmae: 1")
                  .complaint()
                  .problem,
              Problem::kUnknownSetting);
}

TEST(SchemaCheck, suggests_the_brackets_or_quotes_that_are_missing) {
    EXPECT_EQ(Checked(R"({"properties": {"a": {"items": {"type": "string"}}}})", "a: x")
                  .complaint()
                  .help.back(),
              "write [x]");
    EXPECT_EQ(
        Checked(
            R"({"properties": {"a": {"type": "object", "required": ["to"], "properties": {"to": {}}}}})",
            "a: x")
            .complaint()
            .help.back(),
        "write { to: x }");
    EXPECT_EQ(
        Checked(R"({"properties": {"a": {"type": "string"}}})", "a: 42").complaint().help.back(),
        "write it in quotes: \"42\"");
    EXPECT_EQ(Checked(R"({"properties": {"a": {"type": "integer"}}})", "a: \"42\"")
                  .complaint()
                  .help.back(),
              "write it without quotes: 42");
}

TEST(SchemaCheck, counts_items) {
    constexpr const char* kTwo =
        R"({"properties": {"a": {"items": {}, "minItems": 1, "maxItems": 2}}})";
    EXPECT_EQ(Checked(kTwo, "a: []").complaint().message, "a cannot be empty");
    EXPECT_EQ(Checked(kTwo, "a: [1, 2, 3]").complaint().message, "a has too many items");
    EXPECT_EQ(Checked(kTwo, "a: [1, 2]").said(), "");
}

TEST(SchemaCheck, names_the_item_that_is_wrong) {
    EXPECT_EQ(Checked(R"({"properties": {"a": {"items": {"type": "string"}}}})", "a: [x, 7]")
                  .complaint()
                  .message,
              "a[1] is a number");
}

constexpr const char* kEither = R"({"properties": {"a": {"oneOf": [
    {"const": "auto"}, {"type": "integer", "minimum": 1}, {"items": {"type": "string"}}]}}})";

TEST(SchemaCheck, picks_the_alternative_that_fits) {
    EXPECT_EQ(Checked(kEither, "a: auto").text("a"), "auto");
    EXPECT_EQ(Checked(kEither, "a: 7").node.find("a")->i64, 7);
    EXPECT_EQ(Checked(kEither, "a: [x]").node.find("a")->items.size(), 1u);
    EXPECT_EQ(Checked(kEither, "a: 0").complaint().problem, Problem::kOutOfRange);
    EXPECT_EQ(Checked(kEither, "a: auot").complaint().help.front(), "did you mean 'auto'?");
    EXPECT_EQ(Checked(kEither, "a: {}").complaint().problem, Problem::kWrongType);
}

TEST(SchemaCheck, picks_the_alternative_whose_constant_a_member_has) {
    constexpr const char* kKinds = R"({"items": {"oneOf": [
        {"properties": {"kind": {"const": "a"}, "x": {"type": "integer"}}},
        {"properties": {"kind": {"const": "b"}, "y": {"type": "integer"}}}]}})";
    EXPECT_EQ(Checked(kKinds, "- { kind: b, y: 1 }\n").said(), "");
    EXPECT_EQ(Checked(kKinds, "- { kind: b, x: 1 }\n").complaint().place.text(), "a.yaml:1:14");
}

TEST(SchemaCheck, warns_about_deprecated_settings) {
    const Checked checked(
        R"({"properties": {"a": {"type": "integer", "deprecated": true, "description": "use b"}}})",
        "a: 1");
    EXPECT_EQ(checked.complaint().severity, Diagnostic::Severity::kWarning);
    EXPECT_EQ(checked.complaint().problem, Problem::kDeprecated);
    EXPECT_EQ(checked.complaint().help.front(), "use b");
    EXPECT_EQ(checked.node.find("a")->i64, 1);
}

constexpr const char* kVariables = R"({"properties": {
    "flag": {"type": "boolean", "default": false, "x-berth-env": "FLAG"},
    "number": {"type": "integer", "minimum": 1, "default": 1, "x-berth-env": "NUMBER"},
    "text": {"type": "string", "default": "-", "x-berth-env": "TEXT"},
    "time": {"format": "duration", "x-berth-env": "TIME"},
    "key": {"type": "string", "maxLength": 3, "x-berth-secret": true, "x-berth-env": "KEY"}}})";

TEST(SchemaCheck, takes_settings_from_variables_as_what_they_are) {
    const Checked checked(
        kVariables, "{}", {{"FLAG", "yes"}, {"NUMBER", "7"}, {"TEXT", "42"}, {"TIME", "5s"}});
    EXPECT_EQ(checked.said(), "");
    EXPECT_EQ(checked.node.find("flag")->kind, berth_cfg::Kind::kBool);
    EXPECT_EQ(checked.node.find("flag")->i64, 1);
    EXPECT_EQ(checked.node.find("number")->i64, 7);
    EXPECT_EQ(checked.text("text"), "42");
    EXPECT_EQ(checked.node.find("time")->i64, 5'000);
}

TEST(SchemaCheck, times_of_variables_are_seconds_when_they_say_nothing_else) {
    EXPECT_EQ(Checked(kVariables, "{}", {{"TIME", "3600"}}).node.find("time")->i64, 3'600'000);
    EXPECT_EQ(Checked(kVariables, "{}", {{"TIME", "1.5"}}).node.find("time")->i64, 1'500);
    EXPECT_EQ(Checked(kVariables, "time: 5", {{"OTHER", "1"}}).complaint().problem, Problem::kUnit);
}

// On the command line of a one-shot command they are text that was put in, as here.
TEST(SchemaCheck, options_are_read_as_variables_are) {
    constexpr const char* kSchema = R"({"properties": {
        "names": {"type": "array", "items": {"type": "string"}},
        "flag": {"type": "boolean"},
        "time": {"type": "string", "format": "duration"}}})";
    const Checked checked(kSchema,
                          "names: ${env:A}\nflag: ${env:B}\ntime: ${env:C}",
                          {{"A", "a;b"}, {"B", "yes"}, {"C", "60"}});
    EXPECT_EQ(checked.said(), "");
    EXPECT_EQ(checked.node.find("names")->items.at(1).text, "b");
    EXPECT_EQ(checked.node.find("flag")->i64, 1);
    EXPECT_EQ(checked.node.find("time")->i64, 60'000);
}

TEST(SchemaCheck, an_empty_variable_is_not_set_where_nothing_is_no_value) {
    constexpr const char* kSchema = R"({"properties": {
        "root": {"type": "string", "format": "path", "x-berth-env": "A", "x-berth-one-shot": "."},
        "flag": {"type": "boolean", "default": true, "x-berth-env": "B"},
        "engine": {"type": "string", "enum": ["base"], "default": "base", "x-berth-env": "C"},
        "text": {"type": "string", "default": "-", "x-berth-env": "D"},
        "names": {"type": "array", "default": ["x"], "x-berth-env": "E"}}})";
    const Checked checked(kSchema, "{}", {{"A", ""}, {"B", ""}, {"C", ""}, {"D", ""}, {"E", ""}});
    EXPECT_EQ(checked.said(), "");
    EXPECT_EQ(checked.text("root"), ".");
    EXPECT_EQ(checked.node.find("flag")->i64, 1);
    EXPECT_EQ(checked.text("engine"), "base");
    EXPECT_EQ(checked.text("text"), "");
    EXPECT_TRUE(checked.node.find("names")->items.empty());
}

TEST(SchemaCheck, a_setting_wins_over_its_variable) {
    EXPECT_EQ(Checked(kVariables, "text: file", {{"TEXT", "variable"}}).text("text"), "file");
}

TEST(SchemaCheck, one_shot_commands_have_defaults_of_their_own) {
    constexpr const char* kSchema = R"({"required": ["root"], "properties": {
        "list": {"type": "boolean", "default": false, "x-berth-one-shot": true, "x-berth-env": "LIST"},
        "root": {"type": "string", "x-berth-one-shot": "."}}})";
    const Checked one_shot(kSchema, "{}", {{"OTHER", "1"}});
    EXPECT_EQ(one_shot.said(), "");
    EXPECT_EQ(one_shot.node.find("list")->i64, 1);
    EXPECT_EQ(one_shot.text("root"), ".");
    EXPECT_EQ(Checked(kSchema, "root: a", {{"LIST", "no"}}).node.find("list")->i64, 0);
    EXPECT_EQ(Checked(kSchema, "root: a", {{"OTHER", "1"}}).text("root"), "a");
    const Checked site(kSchema, "root: a");
    EXPECT_EQ(site.node.find("list")->i64, 0);
    EXPECT_EQ(Checked(kSchema, "{}").complaint().problem, Problem::kMissingSetting);
}

TEST(SchemaCheck, a_variable_with_a_wrong_value_is_shown_like_a_file) {
    const Checked checked(kVariables, "{}", {{"NUMBER", "0"}});
    EXPECT_EQ(checked.complaint().place.text(), "environment:1:8");
    EXPECT_NE(checked.said().find("NUMBER=0"), std::string::npos);
    EXPECT_EQ(Checked(kVariables, "{}", {{"FLAG", "maybe"}}).complaint().problem,
              Problem::kWrongType);
}

TEST(SchemaCheck, a_secret_variable_is_not_shown) {
    const Checked checked(kVariables, "{}", {{"KEY", "hunter2"}});
    EXPECT_TRUE(checked.diagnostics.has_errors());
    EXPECT_EQ(checked.said().find("hunter2"), std::string::npos);
}

TEST(SchemaCheck, a_secret_of_a_file_is_not_shown_in_any_complaint) {
    for (const char* schema : {R"({"type": "integer"})",
                               R"({"type": "boolean"})",
                               R"({"items": {}})",
                               R"({"type": "object"})",
                               R"({"format": "size"})",
                               R"({"enum": ["a"]})"}) {
        const Checked checked(R"({"properties": {"a": )" + std::string(schema) + "}}",
                              "a: ${file:/secret}\n");
        EXPECT_TRUE(checked.diagnostics.has_errors()) << schema;
        EXPECT_EQ(checked.said().find("hunter2"), std::string::npos) << checked.said();
    }
}

TEST(SchemaCheck, a_secret_that_is_written_into_the_file_is_not_shown) {
    const Checked checked(kVariables, "key: hunter2\n");
    EXPECT_EQ(checked.complaint().place.text(), "a.yaml:1:6");
    EXPECT_EQ(checked.said().find("hunter2"), std::string::npos) << checked.said();
}

constexpr const char* kRoute =
    R"({"properties": {"path": {"type": "string"}}, "x-berth-plugin": "berth.http.handler/1"})";

TEST(SchemaCheck, finds_the_plugin_that_a_map_names) {
    const Checked checked(kRoute, "hello: { message: Hi }");
    EXPECT_EQ(checked.said(), "");
    ASSERT_NE(checked.node.find("hello"), nullptr);
    EXPECT_EQ(checked.node.find("hello")->factory->name, "hello");
    EXPECT_EQ(checked.node.find("hello")->find("message")->text, "Hi");
}

TEST(SchemaCheck, a_map_names_exactly_one_plugin) {
    EXPECT_EQ(Checked(kRoute, "path: /").complaint().problem, Problem::kNoPlugin);
    EXPECT_EQ(Checked(kRoute, "helo: {}").complaint().problem, Problem::kUnknownPlugin);
    EXPECT_EQ(Checked(kRoute, "pth: /").diagnostics.sorted().front().problem,
              Problem::kUnknownSetting);
    EXPECT_EQ(Checked(kRoute, "headers: {}").complaint().problem, Problem::kWrongKind);
}

TEST(SchemaCheck, the_name_alone_is_a_plugin_with_its_defaults) {
    constexpr const char* kFilters =
        R"({"items": {"type": "object", "x-berth-plugin": "berth.http.filter/1"}})";
    const Checked checked(kFilters, "- headers\n");
    EXPECT_EQ(checked.said(), "");
    EXPECT_NE(checked.node.items.front().find("headers")->factory, nullptr);
    EXPECT_EQ(Checked(kFilters, "- haeders\n").complaint().help.front(), "did you mean 'headers'?");
}

TEST(SchemaCheck, what_was_reported_already_is_not_reported_again) {
    EXPECT_EQ(Checked(R"({"properties": {"a": {"type": "integer"}}})", "a: no").complaint().problem,
              Problem::kOldBoolean);
    EXPECT_EQ(Checked(R"({"properties": {"a": {"type": "integer"}}})", "a: ${env:NOBODY}")
                  .complaint()
                  .problem,
              Problem::kMissingValue);
}

}  // namespace
}  // namespace berth
