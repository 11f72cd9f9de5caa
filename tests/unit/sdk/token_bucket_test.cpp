#include "berth/cpp/token_bucket.hpp"

#include <gtest/gtest.h>

namespace berth::sdk {
namespace {

TEST(TokenBucket, allows_a_burst_and_then_a_rate) {
    TokenBucket bucket(3, 2);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(bucket.take(1'000'000));
    }
    EXPECT_FALSE(bucket.take(1'000'000));
    EXPECT_FALSE(bucket.take(1'000'499));
    EXPECT_TRUE(bucket.take(1'000'500));
    EXPECT_FALSE(bucket.take(1'000'500));
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(bucket.take(UINT64_MAX));  // never more than the burst
    }
    EXPECT_FALSE(bucket.take(UINT64_MAX));
}

TEST(TokenBucket, takes_several_at_once_or_none) {
    TokenBucket bucket(3, 2);
    EXPECT_FALSE(bucket.take(0, 4));
    EXPECT_TRUE(bucket.take(0, 3));
    EXPECT_FALSE(bucket.take(499, 1));
}

}  // namespace
}  // namespace berth::sdk
