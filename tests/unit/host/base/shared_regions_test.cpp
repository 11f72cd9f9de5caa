#include "base/shared_regions.h"

#include "base/faulty_sys.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace berth {
namespace {

class SharedRegionsTest : public testing::Test {
protected:
    std::unique_ptr<SharedRegions> regions_ = std::move(SharedRegions::make(4096, 4)).value();
};

TEST_F(SharedRegionsTest, find_the_same_piece_by_name_size_and_layout) {
    void* const first = regions_->find("acme/geo", 100, 1);
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(regions_->find("acme/geo", 100, 1), first);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % 64, 0u);
}

TEST_F(SharedRegionsTest, give_another_layout_or_size_another_piece) {
    auto* const first = static_cast<char*>(regions_->find("a", 100, 1));
    std::memset(first, 1, 100);
    for (void* other : {regions_->find("a", 100, 2), regions_->find("a", 99, 1)}) {
        ASSERT_NE(other, nullptr);
        EXPECT_NE(other, first);
        EXPECT_EQ(*static_cast<char*>(other), 0);
    }
    EXPECT_EQ(first[99], 1);
}

TEST_F(SharedRegionsTest, are_shared_with_children) {
    auto* const mine = static_cast<char*>(regions_->find("a", 8, 1));
    if (::fork() == 0) {
        std::memcpy(regions_->find("a", 8, 1), "child", 6);
        static_cast<void>(regions_->find("from the child", 8, 1));
        ::_exit(0);
    }
    ::wait(nullptr);
    EXPECT_STREQ(mine, "child");
}

TEST_F(SharedRegionsTest, end_with_their_room) {
    EXPECT_EQ(regions_->find("too large", 4097, 1), nullptr);
    EXPECT_NE(regions_->find("a", 4000, 1), nullptr);
    EXPECT_EQ(regions_->find("b", 128, 1), nullptr);
    EXPECT_EQ(regions_->find("b", 128, 1), nullptr);
    EXPECT_NE(regions_->find("c", 64, 1), nullptr);
}

TEST_F(SharedRegionsTest, end_with_their_places) {
    for (int i = 0; i < 4; ++i) {
        EXPECT_NE(regions_->find("name" + std::to_string(i), 8, 1), nullptr);
    }
    EXPECT_EQ(regions_->find("one too many", 8, 1), nullptr);
}

TEST_F(SharedRegionsTest, refuse_bad_names) {
    EXPECT_EQ(regions_->find("", 8, 1), nullptr);
    EXPECT_EQ(regions_->find(std::string(SharedRegions::kNameMax + 1, 'x'), 8, 1), nullptr);
    EXPECT_EQ(regions_->find("a", 0, 1), nullptr);
    EXPECT_NE(regions_->find(std::string(SharedRegions::kNameMax, 'x'), 8, 1), nullptr);
}

TEST(SharedRegions, say_when_there_is_no_memory) {
    Faults faults;
    faults.fail_at = 1;
    FaultySys table(faults);
    const ScopedSys scope(table);
    const auto regions = SharedRegions::make(4096, 1);
    ASSERT_FALSE(regions.ok());
    EXPECT_EQ(regions.error().code, ENOMEM);
}

}  // namespace
}  // namespace berth
