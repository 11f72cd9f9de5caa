#include "config/suggestion.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

TEST(Suggestion, counts_edits) {
    EXPECT_EQ(edit_distance("listen", "listen"), 0u);
    EXPECT_EQ(edit_distance("lsten", "listen"), 1u);
    EXPECT_EQ(edit_distance("llisten", "listen"), 1u);
    EXPECT_EQ(edit_distance("lizten", "listen"), 1u);
    EXPECT_EQ(edit_distance("lisetn", "listen"), 1u);
    EXPECT_EQ(edit_distance("", "listen"), 6u);
    EXPECT_EQ(edit_distance("listen", ""), 6u);
    EXPECT_EQ(edit_distance("abc", "xyz"), 3u);
}

TEST(Suggestion, distance_is_the_same_both_ways) {
    for (const char* a : {"site", "tls", "min_version", ""}) {
        for (const char* b : {"sites", "lts", "version", "x"}) {
            EXPECT_EQ(edit_distance(a, b), edit_distance(b, a)) << a << ' ' << b;
        }
    }
}

TEST(Suggestion, is_the_nearest_of_the_candidates) {
    EXPECT_EQ(nearest("timeuts", {"trust", "timeouts", "limits"}), "timeouts");
    EXPECT_EQ(nearest("limts", {"trust", "timeouts", "limits"}), "limits");
}

TEST(Suggestion, of_two_equally_near_ones_is_the_first) {
    EXPECT_EQ(nearest("bat", {"cat", "rat"}), "cat");
}

TEST(Suggestion, case_and_hyphens_do_not_count) {
    EXPECT_EQ(nearest("Max-Size", {"max_size", "min_size"}), "max_size");
    EXPECT_EQ(nearest("LISTEN", {"listen"}), "listen");
}

TEST(Suggestion, is_none_when_nothing_is_near) {
    EXPECT_EQ(nearest("brotli", {"gzip", "hello"}), "");
    EXPECT_EQ(nearest("x", {"a", "to"}), "");
    EXPECT_EQ(nearest("anything", {}), "");
    EXPECT_EQ(nearest("", {"a"}), "");
}

TEST(Suggestion, a_short_word_allows_one_edit_a_long_one_three) {
    EXPECT_EQ(nearest("txx", {"tls"}), "");
    EXPECT_EQ(nearest("txs", {"tls"}), "tls");
    EXPECT_EQ(nearest("conections_per_adress", {"connections_per_address"}),
              "connections_per_address");
    EXPECT_EQ(nearest("cnectons_pr_adress", {"connections_per_address"}), "");
}

TEST(Suggestion, nobody_waits_for_one_for_a_text_of_any_length) {
    EXPECT_EQ(nearest(std::string(100'000, 'x'), {"listen"}), "");
}

}  // namespace
}  // namespace berth
