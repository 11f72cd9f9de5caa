#include "config/text_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

struct Scan {
    Diagnostics diagnostics;
    bool fine;

    explicit Scan(const std::string& text)
        : fine(scan_text(make_source("a.yaml", text), diagnostics)) {}

    Diagnostic complaint() const {
        EXPECT_FALSE(fine);
        EXPECT_EQ(diagnostics.error_count(), 1u) << render_text(diagnostics, false);
        return diagnostics.empty() ? Diagnostic() : diagnostics.sorted().front();
    }
};

TEST(TextScan, lets_yaml_pass) {
    for (const char* text : {"",
                             "a: 1\n",
                             "a: \"x\"\n",
                             "a: 'it''s'\n",
                             "a: \"x\\\"y\"\n",
                             "a: [1, {b: 2}]\n",
                             "a: it's plain\n",
                             "a: x # \"not a quote\n",
                             "# it's a comment\n",
                             "a: |\n  \"not a quote\n  {[\nb: 1\n",
                             "a: >-\n  it's\n\n  folded\nb: 'x'\n",
                             "- 'a'\n- \"b\"\n",
                             "a: \"two\n  lines\"\nb: 1\n",
                             "a: [\n  x,\n  y\n]\n",
                             "a:\n  - [x,\n     y]\n  - z\n",
                             "? a\n: b\n",
                             "a: &x !t \"q\"\n",
                             "a: \"\t\"\n",
                             "a: 1\t# comment\n",
                             "a: 1 \t\n",
                             "\t\n",
                             "a: b[c]{d}\n",
                             "{a: 'b}'}\n",
                             "a: http://x\n",
                             "a: 'x\n\n  y'\n",
                             "message: \"a # b\"\n",
                             "key:value: 1\n"}) {
        const Scan scan(text);
        EXPECT_TRUE(scan.fine) << text << render_text(scan.diagnostics, false);
    }
}

TEST(TextScan, names_the_quote_that_is_never_closed) {
    const Diagnostic complaint = Scan("a: 1\nb: \"x\nc: 1\n").complaint();
    EXPECT_EQ(complaint.problem, Problem::kUnclosedQuote);
    EXPECT_EQ(complaint.place.text(), "a.yaml:2:4");
    EXPECT_EQ(complaint.place.length, 2u);
    EXPECT_EQ(Scan("a: 'x\n").complaint().problem, Problem::kUnclosedQuote);
    EXPECT_EQ(Scan("- \"x\n- y\n").complaint().place.text(), "a.yaml:1:3");
    EXPECT_EQ(Scan("a:\n  b: \"x\n  c: 1\n").complaint().place.text(), "a.yaml:2:6");
}

TEST(TextScan, names_the_bracket_that_is_never_closed) {
    EXPECT_EQ(Scan("a: [x, y\nb: 1\n").complaint().place.text(), "a.yaml:1:4");
    EXPECT_EQ(Scan("a: {x: 1\nb: 1\n").complaint().help.front(), "add the missing '}'");
    EXPECT_EQ(Scan("a: [x, [y]\n").complaint().place.text(), "a.yaml:1:4");
}

TEST(TextScan, names_tabs_where_yaml_wants_spaces) {
    EXPECT_EQ(Scan("a:\n\tb: 1\n").complaint().place.text(), "a.yaml:2:1");
    EXPECT_EQ(Scan("a:\t1\n").complaint().problem, Problem::kTab);
}

TEST(TextScan, names_the_colon_without_its_blank) {
    const Diagnostic complaint = Scan("site: a\nlisten:http://:80\n").complaint();
    EXPECT_EQ(complaint.place.text(), "a.yaml:2:7");
    EXPECT_EQ(complaint.help.front(), "write listen: http://:80");
}

TEST(TextScan, names_the_first_byte_that_is_no_text) {
    EXPECT_EQ(Scan("a: gr\xfc"
                   "n\n")
                  .complaint()
                  .place.text(),
              "a.yaml:1:6");
    EXPECT_EQ(Scan(std::string("a: \0\n", 5)).complaint().problem, Problem::kNotUtf8);
    EXPECT_EQ(Scan("a: \x7f\n").complaint().problem, Problem::kNotUtf8);
    EXPECT_EQ(Scan("\xff\xfe"
                   "a\0:\0")
                  .complaint()
                  .problem,
              Problem::kNotUtf8);
}

TEST(TextScan, a_carriage_return_ends_a_line_with_its_line_feed) {
    EXPECT_TRUE(Scan("a: \"x\"\r\nb: 'y'\r\n").fine);
    EXPECT_EQ(Scan("a: \"x\r\nb: 1\r\n").complaint().place.length, 2u);
}

TEST(TextScan, places_stay_on_their_line) {
    const SourceRef source = make_source("a.yaml",
                                         "one\nGr\xc3\xbc\xc3\x9f"
                                         "e\nthree");
    EXPECT_EQ(place_at(source, 4, 100).text(), "a.yaml:2:1");
    EXPECT_EQ(place_at(source, 4, 100).length, 5u);
    EXPECT_EQ(place_at(source, 10, 1).text(), "a.yaml:2:5");
    EXPECT_EQ(place_at(source, 1'000, 1).text(), "a.yaml:3:6");
    EXPECT_EQ(place_at(source, 0, 0).length, 1u);
}

}  // namespace
}  // namespace berth
