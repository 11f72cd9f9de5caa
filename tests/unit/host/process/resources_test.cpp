#include "process/resources.h"

#include <gtest/gtest.h>

#include <set>

namespace berth {
namespace {

TEST(ResourcesRowPool, gives_each_row_once_until_it_comes_back) {
    RowPool pool(3);
    const std::set<uint32_t> rows{pool.take(), pool.take(), pool.take()};
    EXPECT_EQ(rows, (std::set<uint32_t>{0, 1, 2}));
    EXPECT_EQ(pool.take(), UINT32_MAX);
    pool.give_back(1);
    EXPECT_EQ(pool.take(), 1u);
    EXPECT_EQ(pool.take(), UINT32_MAX);
}

TEST(ResourcesRowPool, begins_with_the_first_row) {
    RowPool pool(64);
    EXPECT_EQ(pool.take(), 0u);
    EXPECT_EQ(pool.take(), 1u);
}

}  // namespace
}  // namespace berth
