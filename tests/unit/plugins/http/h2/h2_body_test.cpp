#include "h2/h2_body.h"

#include <gtest/gtest.h>

namespace berth::http {
namespace {

TEST(H2Body, keeps_what_nobody_has_taken) {
    H2Body body;
    EXPECT_EQ(body.kept(), "");
    body.keep("abc");
    body.keep("def");
    body.take_kept(2);
    EXPECT_EQ(body.kept(), "cdef");
    EXPECT_EQ(body.drop_kept(), 4u);
    EXPECT_EQ(body.kept(), "");
    EXPECT_EQ(body.drop_kept(), 0u);
}

TEST(H2Body, has_a_limit_once_it_is_set) {
    H2Body body;
    body.count(1'000'000);
    EXPECT_FALSE(body.is_beyond_limit());
    body.set_limit(1'000'000);
    EXPECT_FALSE(body.is_beyond_limit());
    body.count(1);
    EXPECT_TRUE(body.is_beyond_limit());
    EXPECT_EQ(body.received(), 1'000'001u);
}

TEST(H2Body, may_fill_its_window_and_opens_it_when_half_is_used) {
    H2Body body;
    EXPECT_TRUE(body.take_window(H2Body::kWindow));
    EXPECT_FALSE(body.take_window(1));
    EXPECT_EQ(body.give_back(H2Body::kWindow / 2 - 1), 0u);
    EXPECT_EQ(body.give_back(1), H2Body::kWindow / 2);
    EXPECT_TRUE(body.take_window(H2Body::kWindow / 2));
    EXPECT_FALSE(body.take_window(1));
}

}  // namespace
}  // namespace berth::http
