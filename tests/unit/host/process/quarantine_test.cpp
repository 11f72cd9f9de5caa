#include "process/quarantine.h"

#include <gtest/gtest.h>

namespace berth {
namespace {

TEST(Quarantine, holds_a_plugin_after_three_crashes_in_a_minute) {
    Quarantine quarantine;
    EXPECT_FALSE(quarantine.record_crash("acme/geo", 1'000));
    EXPECT_FALSE(quarantine.record_crash("acme/geo", 30'000));
    EXPECT_FALSE(quarantine.holds("acme/geo"));
    EXPECT_TRUE(quarantine.record_crash("acme/geo", 61'000));
    EXPECT_TRUE(quarantine.holds("acme/geo"));
    EXPECT_EQ(quarantine.plugins(), std::vector<std::string>{"acme/geo"});
}

TEST(Quarantine, crashes_long_apart_are_forgiven) {
    Quarantine quarantine;
    for (uint64_t i = 0; i < 20; ++i) {
        EXPECT_FALSE(quarantine.record_crash("acme/geo", i * 30'001));
    }
    EXPECT_EQ(quarantine.crashes().at("acme/geo"), 20u);
}

TEST(Quarantine, each_plugin_answers_for_itself) {
    Quarantine quarantine;
    for (int i = 0; i < 2; ++i) {
        EXPECT_FALSE(quarantine.record_crash("acme/geo", 0));
        EXPECT_FALSE(quarantine.record_crash("http", 0));
    }
    EXPECT_TRUE(quarantine.record_crash("http", 0));
    EXPECT_FALSE(quarantine.holds("acme/geo"));
}

TEST(Quarantine, says_once_that_it_begins) {
    Quarantine quarantine;
    quarantine.record_crash("acme/geo", 0);
    quarantine.record_crash("acme/geo", 0);
    EXPECT_TRUE(quarantine.record_crash("acme/geo", 0));
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(quarantine.record_crash("acme/geo", 0));
    }
    EXPECT_EQ(quarantine.plugins().size(), 1u);
}

TEST(Quarantine, a_reload_gives_another_chance_and_keeps_the_totals) {
    Quarantine quarantine;
    for (int i = 0; i < 3; ++i) {
        quarantine.record_crash("acme/geo", 0);
    }
    quarantine.clear();
    EXPECT_TRUE(quarantine.plugins().empty());
    EXPECT_FALSE(quarantine.record_crash("acme/geo", 1));
    EXPECT_EQ(quarantine.crashes().at("acme/geo"), 4u);
}

}  // namespace
}  // namespace berth
