#include "process/respawn_policy.h"

#include <gtest/gtest.h>

#include <vector>

namespace berth {
namespace {

std::vector<uint64_t> delays(RespawnPolicy& policy, int deaths, uint64_t lived_ms) {
    std::vector<uint64_t> all;
    uint64_t now_ms = 1'000;
    for (int i = 0; i < deaths; ++i) {
        all.push_back(policy.delay_after_death(now_ms, now_ms + lived_ms));
        now_ms += lived_ms + all.back();
    }
    return all;
}

TEST(RespawnPolicy, replaces_the_first_five_at_once_and_then_backs_off_to_ten_seconds) {
    RespawnPolicy policy;
    EXPECT_EQ(delays(policy, 15, 5),
              (std::vector<uint64_t>{
                  0, 0, 0, 0, 0, 100, 200, 400, 800, 1'600, 3'200, 6'400, 10'000, 10'000, 10'000}));
    EXPECT_EQ(policy.deaths_in_a_row(), 15u);
}

TEST(RespawnPolicy, ten_seconds_of_life_forgive_everything) {
    RespawnPolicy policy;
    delays(policy, 9, 5);
    EXPECT_EQ(policy.delay_after_death(1'000, 11'000), 0u);
    EXPECT_EQ(policy.deaths_in_a_row(), 1u);
    RespawnPolicy almost;
    delays(almost, 9, 5);
    EXPECT_GT(almost.delay_after_death(1'000, 10'999), 0u);
}

TEST(RespawnPolicy, thousands_of_deaths_do_not_overflow) {
    RespawnPolicy policy;
    EXPECT_EQ(delays(policy, 5'000, 1).back(), 10'000u);
}

}  // namespace
}  // namespace berth
