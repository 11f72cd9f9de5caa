#include "net/send_progress.h"

#include <gtest/gtest.h>

namespace berth {
namespace {

using Verdict = SendProgress::Verdict;

constexpr SendProgress::Limits kLimits = {30'000, 500};
constexpr uint64_t kWindow = 10'000, kStart = 1'000'000;
constexpr int64_t kHeld = 100'000;

class SendProgressTest : public testing::Test {
protected:
    SendProgressTest() { progress.watch(kLimits, kStart, kHeld); }

    Verdict check(uint64_t after_ms, int64_t in_socket) {
        return progress.check(kLimits, kStart + after_ms, in_socket);
    }
    uint64_t next() const { return progress.check_at_ms() - kStart; }

    SendProgress progress;
};

TEST(SendProgress, is_not_watched_unasked) {
    EXPECT_FALSE(SendProgress().is_watched());
}

TEST_F(SendProgressTest, is_checked_when_the_window_ends) {
    EXPECT_TRUE(progress.is_watched());
    EXPECT_EQ(next(), kWindow);
    EXPECT_EQ(check(kWindow, kHeld - 5'000), Verdict::kGoesOn);
    EXPECT_EQ(next(), 2 * kWindow);
}

TEST_F(SendProgressTest, is_too_slow_one_byte_below_the_rate) {
    EXPECT_EQ(check(kWindow, kHeld - 4'999), Verdict::kTooSlow);
}

// What the socket took in the meantime was in it, not with the peer.
TEST_F(SendProgressTest, counts_what_the_peer_took_and_not_the_socket) {
    progress.sent(50'000);
    EXPECT_EQ(check(kWindow, kHeld + 50'000 - 4'999), Verdict::kTooSlow);
}

TEST_F(SendProgressTest, judges_each_window_by_itself) {
    EXPECT_EQ(check(kWindow, kHeld - 90'000), Verdict::kGoesOn);
    EXPECT_EQ(check(2 * kWindow, kHeld - 90'001), Verdict::kTooSlow);
}

TEST_F(SendProgressTest, stalls_when_nothing_moves_for_the_timeout) {
    EXPECT_EQ(check(kWindow, kHeld), Verdict::kGoesOn);
    EXPECT_EQ(check(2 * kWindow, kHeld), Verdict::kGoesOn);
    EXPECT_EQ(next(), 3 * kWindow);
    EXPECT_EQ(check(3 * kWindow, kHeld), Verdict::kStalled);
}

TEST_F(SendProgressTest, stalls_early_in_a_window_by_a_short_timeout) {
    constexpr SendProgress::Limits kShort = {2'000, 500};
    progress.watch(kShort, kStart, kHeld);
    EXPECT_EQ(next(), 2'000u);
    EXPECT_EQ(progress.check(kShort, kStart + 2'000, kHeld - 1), Verdict::kGoesOn);
    EXPECT_EQ(next(), 4'000u);
    EXPECT_EQ(progress.check(kShort, kStart + 4'000, kHeld - 1), Verdict::kStalled);
}

TEST_F(SendProgressTest, begins_anew_when_watched_again) {
    progress.watch(kLimits, kStart + 25'000, kHeld);
    EXPECT_EQ(check(30'000, kHeld), Verdict::kGoesOn);
    EXPECT_EQ(next(), 35'000u);
}

}  // namespace
}  // namespace berth
