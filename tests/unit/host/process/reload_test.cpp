#include "process/reload.h"

#include <gtest/gtest.h>

namespace berth {
namespace {

using Callers = std::vector<uint64_t>;

TEST(Reload, requests_before_it_begins_are_served_by_one) {
    Reload reload;
    reload.request(1);
    reload.request(0);
    reload.request(2);
    EXPECT_TRUE(reload.should_begin());
    reload.begin(100);
    EXPECT_FALSE(reload.should_begin());
    EXPECT_EQ(reload.finish(true, 200), (Callers{1, 2}));
    EXPECT_FALSE(reload.should_begin());
}

TEST(Reload, requests_while_one_runs_get_the_next_one_together) {
    Reload reload;
    reload.request(1);
    reload.begin(100);
    reload.request(2);
    reload.request(3);
    EXPECT_FALSE(reload.should_begin());
    EXPECT_EQ(reload.finish(false, 200), Callers{1});
    EXPECT_TRUE(reload.should_begin());
    reload.begin(300);
    EXPECT_EQ(reload.finish(true, 400), (Callers{2, 3}));
}

TEST(Reload, a_signal_needs_no_caller) {
    Reload reload;
    reload.request(0);
    EXPECT_TRUE(reload.should_begin());
    reload.begin(1);
    EXPECT_TRUE(reload.finish(true, 2).empty());
}

TEST(Reload, remembers_how_the_last_one_went) {
    Reload reload;
    EXPECT_TRUE(reload.last_succeeded());
    reload.begin(100);
    EXPECT_TRUE(reload.is_running());
    reload.checked(130);
    reload.finish(false, 180);
    EXPECT_FALSE(reload.is_running());
    EXPECT_FALSE(reload.last_succeeded());
    EXPECT_EQ(reload.last_end_ms(), 180u);
    EXPECT_EQ(reload.checked_after_ms(), 30u);
    EXPECT_EQ(reload.started_after_ms(), 50u);
}

TEST(Reload, an_end_of_the_server_gives_back_everybody_who_waits) {
    Reload reload;
    reload.request(1);
    reload.begin(100);
    reload.request(2);
    EXPECT_EQ(reload.abandon(), (Callers{1, 2}));
    EXPECT_FALSE(reload.should_begin());
    EXPECT_TRUE(reload.abandon().empty());
}

}  // namespace
}  // namespace berth
