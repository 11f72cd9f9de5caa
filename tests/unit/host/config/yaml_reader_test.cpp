#include "config/yaml_reader.h"

#include "config/text_scan.h"
#include "config_reading.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

struct Read {
    Diagnostics diagnostics;
    std::vector<RawNode> documents;

    explicit Read(const std::string& text)
        : documents(read_yaml(make_source("a.yaml", text), testing::outside_of({}), diagnostics)) {}

    Problem problem() const {
        EXPECT_EQ(diagnostics.error_count(), 1u) << render_text(diagnostics, false);
        return diagnostics.empty() ? Problem::kSyntax : diagnostics.sorted().front().problem;
    }
    const RawNode& only() const {
        EXPECT_TRUE(diagnostics.empty()) << render_text(diagnostics, false);
        EXPECT_EQ(documents.size(), 1u);
        return documents.front();
    }
};

std::string repeated(const std::string& text, size_t times) {
    std::string result;
    for (size_t i = 0; i < times; ++i) {
        result += text;
    }
    return result;
}

TEST(YamlReader, keeps_order_quotes_and_places) {
    const Read read("b: 1\na:\n  - \"x\"\n  - { k: true }\nn:\n");
    const RawNode& root = read.only();
    ASSERT_EQ(root.members.size(), 3u);
    EXPECT_EQ(root.members[0].key, "b");
    EXPECT_FALSE(root.members[0].value.quoted);
    EXPECT_TRUE(root.members[1].value.items[0].quoted);
    EXPECT_EQ(root.members[1].value.items[0].place.text(), "a.yaml:3:5");
    EXPECT_EQ(root.members[1].value.items[0].place.length, 3u);
    EXPECT_EQ(root.members[1].value.items[1].members[0].place.text(), "a.yaml:4:7");
    EXPECT_EQ(root.members[2].value.kind, RawNode::Kind::kNull);
    EXPECT_EQ(root.members[2].value.place.text(), "a.yaml:5:1");
}

TEST(YamlReader, columns_count_characters) {
    EXPECT_EQ(Read("{ \"Gr\xc3\xbc\xc3\x9f"
                   "e\": 1, k: 2 }\n")
                  .only()
                  .members[1]
                  .place.text(),
              "a.yaml:1:15");
}

TEST(YamlReader, reads_several_documents_and_leaves_empty_ones_out) {
    EXPECT_EQ(Read("a: 1\n---\n---\nb: 2\n...\n").documents.size(), 2u);
    EXPECT_EQ(Read("").documents.size(), 0u);
    EXPECT_EQ(Read("# nothing\n").documents.size(), 0u);
    EXPECT_EQ(Read("---\n---\n").documents.size(), 0u);
}

TEST(YamlReader, a_byte_order_mark_is_not_part_of_the_text) {
    EXPECT_EQ(Read("\xef\xbb\xbf"
                   "a: 1\n")
                  .only()
                  .members.front()
                  .place.text(),
              "a.yaml:1:1");
}

TEST(YamlReader, aliases_are_written_out) {
    const Read read("a: &x [1, 2]\nb: *x\n");
    EXPECT_EQ(read.only().find("b")->value.items.size(), 2u);
}

TEST(YamlReader, anchors_end_with_their_document) {
    EXPECT_EQ(Read("a: &x 1\n---\nb: *x\n").problem(), Problem::kSyntax);
}

TEST(YamlReader, aliases_may_stand_for_1000_nodes) {
    const std::string ten = "a: &a [" + repeated("1,", 9) + "]\n";  // ten nodes with the list
    EXPECT_TRUE(Read(ten + "b: [" + repeated("*a,", 100) + "]\n").diagnostics.empty());
    EXPECT_EQ(Read(ten + "b: [" + repeated("*a,", 101) + "]\n").problem(),
              Problem::kTooManyAliases);
}

TEST(YamlReader, an_alias_bomb_is_cheap) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 30; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" +
                repeated(before + ", ", 9) + "]\n";
    }
    EXPECT_EQ(Read(bomb).problem(), Problem::kTooManyAliases);
}

TEST(YamlReader, a_value_cannot_contain_itself) {
    EXPECT_EQ(Read("a: &a [*a]\n").problem(), Problem::kSyntax);
    EXPECT_EQ(Read("&a a: *a\n").only().members.front().value.text, "a");
}

TEST(YamlReader, depth_is_at_most_32) {
    EXPECT_TRUE(Read(repeated("[", 32) + repeated("]", 32) + "\n").diagnostics.empty());
    EXPECT_EQ(Read(repeated("[", 33) + repeated("]", 33) + "\n").problem(), Problem::kTooDeep);
    EXPECT_EQ(Read(repeated("[", 200'000)).problem(), Problem::kSyntax);  // never closed
    EXPECT_EQ(Read(repeated("[", 100'000) + repeated("]", 100'000)).problem(), Problem::kTooDeep);
    EXPECT_EQ(Read(repeated("- ", 100'000) + "x\n").problem(), Problem::kTooDeep);
    EXPECT_EQ(Read(repeated("? ", 100'000) + "x\n").problem(), Problem::kTooDeep);
    EXPECT_EQ(Read(repeated("{a: ", 100'000) + repeated("}", 100'000)).problem(),
              Problem::kTooDeep);
}

TEST(YamlReader, aliases_do_not_add_up_to_more_depth) {
    const std::string deep = "a: &a " + repeated("[", 20) + repeated("]", 20) + "\n";
    EXPECT_TRUE(Read(deep + "b: [[*a]]\n").diagnostics.empty());
    EXPECT_EQ(Read(deep + "b: " + repeated("[", 20) + "*a" + repeated("]", 20) + "\n").problem(),
              Problem::kTooDeep);
}

TEST(YamlReader, size_is_at_most_4_mib) {
    const std::string comment = "# " + std::string(1021, 'x') + "\n";  // 1 KiB
    const std::string most = repeated(comment, 4095) + std::string(1019, ' ') + "a: 1\n";
    ASSERT_EQ(most.size(), kYamlBytesMax);
    EXPECT_TRUE(Read(most).diagnostics.empty());
    EXPECT_EQ(Read(most + " ").problem(), Problem::kTooLarge);
}

TEST(YamlReader, values_are_at_most_200000) {
    EXPECT_TRUE(Read("[" + repeated("1,", 199'999) + "]").diagnostics.empty());
    EXPECT_EQ(Read("[" + repeated("1,", 200'001) + "]").problem(), Problem::kTooLarge);
}

TEST(YamlReader, a_file_full_of_mistakes_is_reported_to_a_bound) {
    EXPECT_LE(Read(repeated("\ta: 1\n", 10'000)).diagnostics.error_count(), 50u);
    EXPECT_LE(Read(repeated("a: no\n", 10'000)).diagnostics.error_count(), 1'000u);
}

TEST(YamlReader, the_same_key_twice_is_an_error_that_names_both_lines) {
    const Read read("a: 1\nb: 2\na: 3\n");
    EXPECT_EQ(read.problem(), Problem::kDuplicateKey);
    const Diagnostic complaint = read.diagnostics.sorted().front();
    EXPECT_EQ(complaint.place.text(), "a.yaml:3:1");
    EXPECT_NE(complaint.help.front().find("line 1"), std::string::npos);
}

TEST(YamlReader, the_empty_key_can_be_a_duplicate_too) {
    EXPECT_EQ(Read("\"\": 1\n\"\": 2\n").problem(), Problem::kDuplicateKey);
}

TEST(YamlReader, a_zero_byte_cannot_stand_in_a_text) {
    EXPECT_EQ(Read("a: \"/run/x\\0.sock\"\n").problem(), Problem::kNotUtf8);
    EXPECT_EQ(Read("\"a\\0b\": 1\n").problem(), Problem::kNotUtf8);
}

TEST(YamlReader, what_parsers_read_differently_is_refused) {
    struct Case {
        const char* text;
        Problem problem;
    };
    for (const Case& c : {Case{"a: no\n", Problem::kOldBoolean},
                          Case{"a: On\n", Problem::kOldBoolean},
                          Case{"a: True\n", Problem::kOldBoolean},
                          Case{"a: 0755\n", Problem::kLeadingZero},
                          Case{"a: -012\n", Problem::kLeadingZero},
                          Case{"a: !env X\n", Problem::kYamlTag},
                          Case{"a: !!str 1\n", Problem::kYamlTag},
                          Case{"b: &b { c: 1 }\na: { <<: *b }\n", Problem::kMergeKey},
                          Case{"? [a]\n: 1\n", Problem::kKeyNotText},
                          Case{"a:\n\tb: 1\n", Problem::kTab},
                          Case{"a: \"b\nc: 1\n", Problem::kUnclosedQuote},
                          Case{"a: \xff\n", Problem::kNotUtf8},
                          Case{"a: \x01\n", Problem::kNotUtf8},
                          Case{"a: b: c\n", Problem::kSyntax}}) {
        EXPECT_EQ(Read(c.text).problem(), c.problem) << c.text;
    }
}

TEST(YamlReader, the_same_in_quotes_is_text) {
    for (const char* value : {"no", "0755", "True", "y", "<<"}) {
        const Read read("a: \"" + std::string(value) + "\"\n");
        EXPECT_EQ(read.only().members.front().value.text, value);
    }
}

TEST(YamlReader, words_and_numbers_that_only_look_alike_are_left_alone) {
    for (const char* value :
         {"0", "0.5", "-0.5", "none", "nobody", "0x10", "00:11", "10.0.0.0/8"}) {
        EXPECT_EQ(Read("a: " + std::string(value) + "\n").only().members.front().value.text, value);
    }
}

TEST(YamlReader, texts_of_several_lines_are_read) {
    const Read read("a: |\n  one\n  \"two\n\nb: >-\n  three\n  four\n");
    EXPECT_EQ(read.only().find("a")->value.text, "one\n\"two\n");
    EXPECT_EQ(read.only().find("b")->value.text, "three four");
}

}  // namespace
}  // namespace berth
