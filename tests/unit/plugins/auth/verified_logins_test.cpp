#include "verified_logins.h"

#include <gtest/gtest.h>

namespace berth::auth {
namespace {

LoginKey key_of(size_t number) {
    LoginKey key{};
    key[0] = static_cast<uint8_t>(number);
    key[1] = static_cast<uint8_t>(number >> 8);
    return key;
}

TEST(VerifiedLogins, are_remembered_for_their_life) {
    VerifiedLogins logins(1000);
    EXPECT_FALSE(logins.contains(key_of(1), 0));
    logins.add(key_of(1), 500);
    EXPECT_TRUE(logins.contains(key_of(1), 1499));
    EXPECT_FALSE(logins.contains(key_of(1), 1500));
    EXPECT_FALSE(logins.contains(key_of(2), 500));
    logins.add(key_of(1), 1500);
    EXPECT_TRUE(logins.contains(key_of(1), 2499));
}

TEST(VerifiedLogins, without_a_life_are_not_kept) {
    VerifiedLogins logins(0);
    logins.add(key_of(1), 0);
    EXPECT_EQ(logins.size(), 0u);
}

TEST(VerifiedLogins, are_bounded_and_the_newest_stay) {
    VerifiedLogins logins(1000);
    const size_t many = 5 * VerifiedLogins::kHalf;
    for (size_t i = 0; i < many; ++i) {
        logins.add(key_of(i), 0);
        EXPECT_LE(logins.size(), 2 * VerifiedLogins::kHalf);
    }
    for (size_t i = many - VerifiedLogins::kHalf; i < many; ++i) {
        EXPECT_TRUE(logins.contains(key_of(i), 1)) << i;
    }
    EXPECT_FALSE(logins.contains(key_of(0), 1));
}

}  // namespace
}  // namespace berth::auth
