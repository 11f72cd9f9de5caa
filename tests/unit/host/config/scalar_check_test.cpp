#include "config/scalar_check.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

RawNode scalar(const std::string& text, bool quoted = false) {
    RawNode node;
    node.kind = RawNode::Kind::kScalar;
    node.text = text;
    node.quoted = quoted;
    return node;
}

RawNode outside(const std::string& text) {
    RawNode node = scalar(text, true);
    node.substituted = true;
    return node;
}

struct Checked {
    Diagnostics diagnostics;
    berth_cfg node;

    Checked(std::string_view schema, const RawNode& value)
        : node(check_scalar(parse_schema(schema).value().root, value, "it", diagnostics)) {}

    Diagnostic complaint() const {
        EXPECT_EQ(diagnostics.error_count(), 1u) << render_text(diagnostics, false);
        return diagnostics.empty() ? Diagnostic() : diagnostics.sorted().front();
    }
};

constexpr const char* kInteger = R"({"type": "integer", "minimum": 1, "maximum": 10})";
constexpr const char* kDuration =
    R"({"type": "string", "format": "duration", "minimum": 1000, "maximum": 3600000})";

TEST(ScalarCheck, looks_decide_the_type_of_a_scalar) {
    EXPECT_EQ(type_of_scalar(scalar("8080")), kTypeInteger);
    EXPECT_EQ(type_of_scalar(scalar("8080", true)), kTypeString);
    EXPECT_EQ(type_of_scalar(scalar("-1.5e3")), kTypeNumber);
    EXPECT_EQ(type_of_scalar(scalar("true")), kTypeBoolean);
    EXPECT_EQ(type_of_scalar(scalar("True")), kTypeString);
    EXPECT_EQ(type_of_scalar(scalar("1.2.3")), kTypeString);
    EXPECT_EQ(type_of_scalar(RawNode()), kTypeNull);
}

TEST(ScalarCheck, values_are_normalised) {
    const Checked flag(R"({"type": "boolean"})", scalar("true"));
    EXPECT_EQ(flag.node.kind, berth_cfg::Kind::kBool);
    EXPECT_EQ(flag.node.i64, 1);
    const Checked number(R"({"type": "number"})", scalar("2.5"));
    EXPECT_EQ(number.node.f64, 2.5);
    EXPECT_EQ(number.node.i64, 2);
    const Checked integer(kInteger, scalar("7"));
    EXPECT_EQ(integer.node.i64, 7);
    EXPECT_EQ(integer.node.f64, 7);
    const Checked duration(kDuration, scalar("1m"));
    EXPECT_EQ(duration.node.i64, 60'000);
    EXPECT_EQ(duration.node.text, "1m");
}

TEST(ScalarCheck, a_text_that_looks_like_a_number_is_a_text) {
    const Checked text(R"({"type": "string"})", scalar("42", true));
    EXPECT_EQ(text.node.kind, berth_cfg::Kind::kText);
    EXPECT_EQ(text.node.i64, 0);
}

TEST(ScalarCheck, a_value_from_outside_is_what_the_schema_wants) {
    const Checked integer(kInteger, outside("7"));
    EXPECT_TRUE(integer.diagnostics.empty());
    EXPECT_EQ(integer.node.kind, berth_cfg::Kind::kInteger);
    EXPECT_EQ(integer.node.i64, 7);
    const Checked flag(R"({"type": "boolean"})", outside("true"));
    EXPECT_EQ(flag.node.kind, berth_cfg::Kind::kBool);
    EXPECT_EQ(flag.node.i64, 1);
    const Checked text(R"({"type": "string"})", outside("7"));
    EXPECT_EQ(text.node.kind, berth_cfg::Kind::kText);
    const Checked choice(R"({"enum": [1, 2]})", outside("2"));
    EXPECT_TRUE(choice.diagnostics.empty());
    EXPECT_EQ(choice.node.i64, 2);
    const Checked either(R"({"type": ["string", "integer"]})", outside("7"));
    EXPECT_EQ(either.node.kind, berth_cfg::Kind::kText);
}

TEST(ScalarCheck, a_value_from_outside_has_to_stay_in_its_bounds) {
    EXPECT_EQ(Checked(kInteger, outside("11")).complaint().problem, Problem::kOutOfRange);
}

TEST(ScalarCheck, bounds_are_named_in_the_unit_of_the_setting) {
    EXPECT_EQ(Checked(kInteger, scalar("0")).complaint().message, "'0' is less than 1 for it");
    EXPECT_EQ(Checked(kInteger, scalar("11")).complaint().help.front(),
              "allowed: at least 1, at most 10");
    EXPECT_EQ(Checked(kDuration, scalar("1ms")).complaint().message,
              "'1ms' is less than 1s for it");
    EXPECT_EQ(Checked(kDuration, scalar("2h")).complaint().message, "'2h' is more than 1h for it");
    EXPECT_EQ(Checked(R"({"format": "size", "maximum": 1572864})", scalar("2MiB"))
                  .complaint()
                  .help.front(),
              "allowed: at most 1536KiB");
    EXPECT_EQ(
        Checked(R"({"format": "percent", "minimum": 1})", scalar("0%")).complaint().help.front(),
        "allowed: at least 1%");
}

TEST(ScalarCheck, choices_suggest_the_nearest_and_list_all) {
    constexpr const char* kLevel = R"({"enum": ["debug", "info", "error"]})";
    EXPECT_TRUE(Checked(kLevel, scalar("info")).diagnostics.empty());
    const Diagnostic near = Checked(kLevel, scalar("inof")).complaint();
    EXPECT_EQ(near.problem, Problem::kNotAChoice);
    EXPECT_EQ(near.help,
              (std::vector<std::string>{"did you mean 'info'?", "choices are debug, info, error"}));
    EXPECT_EQ(Checked(kLevel, scalar("verbose")).complaint().help.size(), 1u);
    EXPECT_EQ(Checked(R"({"const": "a"})", scalar("b")).complaint().help.back(),
              "the only choice is a");
}

TEST(ScalarCheck, choices_say_when_only_the_quotes_are_wrong) {
    EXPECT_EQ(Checked(R"({"enum": ["1.2", "1.3"]})", scalar("1.2")).complaint().help.front(),
              "write it in quotes: \"1.2\"");
    EXPECT_EQ(Checked(R"({"enum": [1]})", scalar("1", true)).complaint().help.front(),
              "write it without quotes: 1");
}

TEST(ScalarCheck, lengths_count_characters) {
    constexpr const char* kShort = R"({"type": "string", "minLength": 2, "maxLength": 3})";
    EXPECT_TRUE(Checked(kShort, scalar("\xc3\xa4\xc3\xb6\xc3\xbc")).diagnostics.empty());
    EXPECT_EQ(Checked(kShort, scalar("abcd")).complaint().problem, Problem::kOutOfRange);
    EXPECT_EQ(Checked(kShort, scalar("", true)).complaint().message, "it cannot be empty");
    EXPECT_EQ(Checked(kShort, scalar("a")).complaint().message, "'a' is too short for it");
}

TEST(ScalarCheck, a_pattern_is_explained_by_the_description) {
    EXPECT_EQ(Checked(R"({"pattern": "^a", "description": "begins with a"})", scalar("b"))
                  .complaint()
                  .help.front(),
              "begins with a");
    EXPECT_EQ(Checked(R"({"pattern": "^a"})", scalar("b")).complaint().help.front(),
              "it must match ^a");
}

TEST(ScalarCheck, secrets_are_never_shown) {
    RawNode secret = outside("hunter2");
    secret.secret = true;
    for (const char* schema : {R"({"format": "duration"})",
                               R"({"format": "cidr"})",
                               R"({"format": "url"})",
                               R"({"enum": ["hunter1"]})",
                               R"({"type": "string", "maxLength": 3})",
                               R"({"type": "string", "pattern": "^x"})"}) {
        const Checked checked(schema, secret);
        EXPECT_TRUE(checked.diagnostics.has_errors()) << schema;
        EXPECT_EQ(render_text(checked.diagnostics, false).find("hunter2"), std::string::npos)
            << schema;
    }
}

TEST(ScalarCheck, a_secret_of_the_schema_is_never_shown_either) {
    const Checked checked(R"({"type": "string", "maxLength": 3, "x-berth-secret": true})",
                          scalar("hunter2"));
    EXPECT_TRUE(checked.node.secret);
    EXPECT_EQ(checked.complaint().message.find("hunter2"), std::string::npos);
}

TEST(ScalarCheck, a_long_value_is_not_repeated) {
    EXPECT_EQ(shown(scalar("short")), "'short'");
    EXPECT_EQ(shown(scalar(std::string(61, 'x'))), "this value");
}

}  // namespace
}  // namespace berth
