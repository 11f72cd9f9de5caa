#include "config/diagnostic.h"

#include "config/text_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

const SourceRef kSource = make_source("a.yaml",
                                      "one\nGr\xc3\xbc\xc3\x9f"
                                      "e: x\n" +
                                          std::string(500, 'y') + "\n\tz\x1b[0m\n");

TEST(Diagnostic, is_sorted_by_place) {
    Diagnostics diagnostics;
    diagnostics.error(Problem::kSyntax, place_at(kSource, 4, 1), "second");
    diagnostics.error(Problem::kSyntax, place_at(kSource, 0, 1), "first");
    diagnostics.error(Problem::kSyntax, {}, "nowhere");
    EXPECT_EQ(diagnostics.sorted()[0].message, "nowhere");
    EXPECT_EQ(diagnostics.sorted()[1].message, "first");
    EXPECT_EQ(diagnostics.sorted()[2].message, "second");
}

TEST(Diagnostic, the_same_at_the_same_place_is_kept_once) {
    Diagnostics diagnostics;
    for (int i = 0; i < 3; ++i) {
        diagnostics.error(Problem::kSyntax, place_at(kSource, 0, 1), "twice");
    }
    diagnostics.warning(Problem::kSyntax, place_at(kSource, 1, 1), "twice");
    EXPECT_EQ(diagnostics.error_count(), 1u);
    EXPECT_EQ(diagnostics.warning_count(), 1u);
    EXPECT_TRUE(diagnostics.has_errors());
}

TEST(Diagnostic, a_line_with_a_secret_is_not_shown) {
    Diagnostics diagnostics;
    diagnostics.error(Problem::kSyntax, place_at(kSource, 0, 3), "beside it");
    diagnostics.error(Problem::kSyntax, place_at(kSource, 4, 1), "elsewhere");
    diagnostics.hide_line(place_at(kSource, 0, 1));
    const std::string text = render_text(diagnostics, false);
    EXPECT_EQ(text.find("| one"), std::string::npos) << text;
    EXPECT_NE(text.find("a.yaml:1:1: "), std::string::npos) << text;
    EXPECT_NE(text.find("| Gr"), std::string::npos) << text;
}

TEST(Diagnostic, nobody_reads_more_than_1000) {
    Diagnostics diagnostics;
    for (int i = 0; i < 2'000; ++i) {
        diagnostics.error(Problem::kSyntax, {}, std::to_string(i));
    }
    EXPECT_EQ(diagnostics.error_count(), 1'000u);
}

TEST(Diagnostic, an_error_is_not_lost_behind_1000_warnings) {
    Diagnostics diagnostics;
    for (int i = 0; i < 2'000; ++i) {
        diagnostics.warning(Problem::kIgnoredFile, {}, std::to_string(i));
    }
    ASSERT_EQ(diagnostics.warning_count(), 1'000u);
    diagnostics.error(Problem::kUnreadable, {}, "an error");
    EXPECT_TRUE(diagnostics.has_errors());
    EXPECT_EQ(diagnostics.warning_count(), 999u);
    EXPECT_NE(render_text(diagnostics, false).find("an error"), std::string::npos);
}

TEST(Diagnostic, the_text_is_underlined_by_characters) {
    Diagnostics diagnostics;
    diagnostics.error(Problem::kUnknownSetting, place_at(kSource, 4, 7), "unknown", {"try"});
    EXPECT_EQ(render_text(diagnostics, false),
              "a.yaml:2:1: error[C103]: unknown\n"
              "   |\n 2 | Gr\xc3\xbc\xc3\x9f"
              "e: x\n   | ^^^^^\n   = try\n\n"
              "1 error in 1 file. More: berth explain C103\n");
}

TEST(Diagnostic, a_long_line_is_cut_to_what_matters) {
    Diagnostic diagnostic;
    diagnostic.place = place_at(kSource, 14 + 300, 400);
    ASSERT_EQ(diagnostic.place.line, 3u);
    std::istringstream lines(render_text(diagnostic, false));
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 170u);
    }
}

TEST(Diagnostic, a_terminal_acts_on_nothing_of_the_file) {
    Diagnostic diagnostic;
    diagnostic.place = place_at(kSource, 14 + 502, 1);
    ASSERT_EQ(diagnostic.place.line, 4u);
    const std::string text = render_text(diagnostic, false);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\t'), std::string::npos);
}

TEST(Diagnostic, colour_is_added_only_when_wanted) {
    Diagnostic diagnostic;
    diagnostic.message = "m";
    EXPECT_EQ(render_text(diagnostic, false).find('\x1b'), std::string::npos);
    EXPECT_NE(render_text(diagnostic, true).find("\x1b[1;31m"), std::string::npos);
    diagnostic.severity = Diagnostic::Severity::kWarning;
    EXPECT_NE(render_text(diagnostic, true).find("\x1b[1;33m"), std::string::npos);
}

TEST(Diagnostic, nothing_wrong_prints_nothing) {
    EXPECT_EQ(render_text(Diagnostics(), true), "");
}

TEST(Diagnostic, errors_and_warnings_are_counted_apart) {
    Diagnostics diagnostics;
    diagnostics.error(Problem::kTab, {}, "a");
    diagnostics.error(Problem::kTab, {}, "b");
    diagnostics.warning(Problem::kTlsUnused, {}, "c");
    EXPECT_NE(
        render_text(diagnostics, false).find("2 errors and 1 warning. More: berth explain C110"),
        std::string::npos)
        << render_text(diagnostics, false);
}

TEST(Diagnostic, json_is_for_programs) {
    Diagnostics diagnostics;
    diagnostics.error(Problem::kUnknownSetting, place_at(kSource, 4, 7), "say \"x\"", {"try"});
    const std::string json = render_json(diagnostics);
    for (const char* part : {"\"errors\": 1",
                             "\"warnings\": 0",
                             "\"id\": \"C103\"",
                             "\"severity\": \"error\"",
                             "\"file\": \"a.yaml\"",
                             "\"line\": 2",
                             "\"column\": 1",
                             "\"length\": 5",
                             "\"message\": \"say \\\"x\\\"\"",
                             "\"try\""}) {
        EXPECT_NE(json.find(part), std::string::npos) << part << json;
    }
}

}  // namespace
}  // namespace berth
