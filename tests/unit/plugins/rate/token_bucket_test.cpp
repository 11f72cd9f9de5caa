#include "token_bucket.h"

#include <gtest/gtest.h>

namespace berth::rate {
namespace {

constexpr int64_t kNow = 1'000'000;

TEST(TokenBucket, holds_its_burst) {
    const Bucket bucket{100, 3};
    int64_t full_at = 0;
    for (int64_t left : {2, 1, 0}) {
        const Bucket::Taken taken = bucket.take(full_at, kNow);
        EXPECT_TRUE(taken.allowed);
        EXPECT_EQ(taken.left, left);
        full_at = taken.full_at;
    }
    const Bucket::Taken refused = bucket.take(full_at, kNow);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.full_at, full_at) << "asking costs nothing";
    EXPECT_EQ(refused.wait_ns, 100);
    EXPECT_EQ(refused.reset_ns, 300);
}

TEST(TokenBucket, fills_again_with_time) {
    const Bucket bucket{100, 3};
    const int64_t empty = kNow + 300;
    EXPECT_FALSE(bucket.take(empty, kNow + 99).allowed);
    EXPECT_TRUE(bucket.take(empty, kNow + 100).allowed);
    EXPECT_EQ(bucket.take(empty, kNow + 250).left, 1);
    EXPECT_EQ(bucket.take(empty, kNow + 100'000).left, 2);
}

TEST(TokenBucket, takes_nonsense_for_an_empty_bucket) {
    const Bucket bucket{100, 3};
    const Bucket::Taken taken = bucket.take(INT64_MAX, kNow);
    EXPECT_FALSE(taken.allowed);
    EXPECT_EQ(taken.wait_ns, 100);
    EXPECT_TRUE(bucket.take(INT64_MIN, kNow).allowed);
}

TEST(TokenBucket, allows_the_rate_in_the_long_run) {
    const Bucket bucket{100, 5};
    int64_t full_at = 0, allowed = 0;
    for (int64_t now = kNow; now < kNow + 10'000; now += 7) {
        const Bucket::Taken taken = bucket.take(full_at, now);
        full_at = taken.full_at;
        allowed += taken.allowed ? 1 : 0;
    }
    EXPECT_GE(allowed, 100);
    EXPECT_LE(allowed, 105);
}

}  // namespace
}  // namespace berth::rate
