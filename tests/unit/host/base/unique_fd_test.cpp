#include "base/unique_fd.h"

#include "base/live.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace berth {
namespace {

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) != -1;
}
UniqueFd open_null() {
    return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

TEST(UniqueFd, closes_when_it_dies) {
    int fd = -1;
    {
        const UniqueFd owner = open_null();
        fd = owner.get();
        ASSERT_TRUE(is_open(fd));
    }
    EXPECT_FALSE(is_open(fd));
}

TEST(UniqueFd, moves_its_descriptor) {
    UniqueFd first = open_null();
    const int fd = first.get();
    UniqueFd second(std::move(first));
    EXPECT_FALSE(first.valid());
    EXPECT_EQ(second.get(), fd);
    UniqueFd third = open_null();
    const int replaced = third.get();
    third = std::move(second);
    EXPECT_FALSE(is_open(replaced));
    EXPECT_EQ(third.get(), fd);
    EXPECT_TRUE(is_open(fd));
}

TEST(UniqueFd, releases_without_closing) {
    UniqueFd owner = open_null();
    const int fd = owner.release();
    EXPECT_FALSE(owner.valid());
    EXPECT_TRUE(is_open(fd));
    ::close(fd);
}

TEST(UniqueFd, is_counted_while_it_owns) {
    const uint64_t before = live_count(LiveKind::kFd).objects;
    UniqueFd owner = open_null();
    UniqueFd none;
    UniqueFd moved(std::move(owner));
    EXPECT_EQ(live_count(LiveKind::kFd).objects, before + 1);
    ::close(moved.release());
    EXPECT_EQ(live_count(LiveKind::kFd).objects, before);
}

}  // namespace
}  // namespace berth
