#include "config/json_text.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

using Members = std::map<std::string, std::string>;

Members parsed(std::string_view text) {
    const Result<Members> read = parse_json_object(text);
    EXPECT_TRUE(read.ok()) << text;
    return read.ok() ? read.value() : Members();
}

TEST(JsonText, members_are_texts) {
    EXPECT_EQ(parsed(R"({"a": "x", "b": 7, "c": true, "d": null, "e": -1.5})"),
              (Members{{"a", "x"}, {"b", "7"}, {"c", "true"}, {"d", "null"}, {"e", "-1.5"}}));
    EXPECT_EQ(parsed("{}"), Members());
}

TEST(JsonText, nested_values_stay_json) {
    EXPECT_EQ(parsed(R"({"list": [1, "two"], "map": {"x": []}})"),
              (Members{{"list", R"([1,"two"])"}, {"map", R"({"x":[]})"}}));
}

TEST(JsonText, escapes_are_resolved) {
    EXPECT_EQ(parsed(R"({"a": "\"\\\nA\u00e4"})"), (Members{{"a", "\"\\\nA\xc3\xa4"}}));
}

TEST(JsonText, what_is_no_object_is_an_error) {
    for (const char* text : {"",
                             "[]",
                             "1",
                             "\"a\"",
                             "{",
                             "{\"a\"}",
                             "{\"a\": 1} x",
                             "{'a': 1}",
                             "{\"a\": 1,}",
                             "/* x */ {}",
                             "{\"a\": 1, \"a\": 2}"}) {
        EXPECT_FALSE(parse_json_object(text).ok()) << text;
    }
}

TEST(JsonText, depth_is_bounded) {
    const auto nested = [](size_t depth) {
        return "{\"a\": " + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    EXPECT_TRUE(parse_json_object(nested(8)).ok());
    EXPECT_FALSE(parse_json_object(nested(17)).ok());
    EXPECT_FALSE(parse_json_object(nested(100'000)).ok());
}

TEST(JsonText, quotes_what_a_document_cannot_hold) {
    EXPECT_EQ(quote_json("plain"), R"("plain")");
    EXPECT_EQ(quote_json("a\"b\\c\nd"), R"("a\"b\\c\nd")");
    EXPECT_EQ(quote_json(std::string_view("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
    EXPECT_EQ(quote_json("Gr\xc3\xbc\xc3\x9f"
                         "e"),
              "\"Gr\xc3\xbc\xc3\x9f"
              "e\"");
    EXPECT_EQ(quote_json("a\xff"
                         "b"),
              R"("a\ufffdb")");
}

TEST(JsonText, what_is_written_can_be_read) {
    JsonWriter writer;
    writer.begin_object();
    writer.member("text", "a \"b\"").member("yes", true).member("number", 42u);
    writer.key("list").begin_array().value(1).value("two").end_array();
    writer.key("raw").raw("{}");
    writer.end_object();
    EXPECT_EQ(writer.text(),
              R"({"text": "a \"b\"", "yes": true, "number": 42, "list": [1, "two"], "raw": {}})");
    EXPECT_EQ(parsed(writer.text()).at("text"), "a \"b\"");
}

}  // namespace
}  // namespace berth
