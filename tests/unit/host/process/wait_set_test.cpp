#include "process/wait_set.h"

#include "base/unique_fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace berth {
namespace {

struct Pair {
    Pair() {
        int fds[2] = {-1, -1};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
        here = UniqueFd(fds[0]);
        there = UniqueFd(fds[1]);
    }
    UniqueFd here, there;
};

TEST(WaitSet, calls_what_is_ready_and_nothing_else) {
    const Pair ready, silent;
    ASSERT_EQ(write(ready.there.get(), "x", 1), 1);
    int calls = 0;
    WaitSet waits;
    waits.add(ready.here.get(), [&] { ++calls; });
    waits.add(silent.here.get(), [&] { calls += 100; });
    waits.wait(-1);
    EXPECT_EQ(calls, 1);
}

TEST(WaitSet, an_end_counts_as_ready) {
    Pair pair;
    pair.there.reset();
    int calls = 0;
    WaitSet waits;
    waits.add(pair.here.get(), [&] { ++calls; });
    waits.wait(-1);
    EXPECT_EQ(calls, 1);
}

TEST(WaitSet, waits_for_room_only_where_asked) {
    const Pair pair;
    int calls = 0;
    WaitSet waits;
    waits.add(pair.here.get(), [&] { ++calls; });
    waits.wait(0);
    EXPECT_EQ(calls, 0);
    waits.add(
        pair.here.get(), [&] { ++calls; }, WaitSet::For::kReadingAndWriting);
    waits.wait(-1);
    EXPECT_EQ(calls, 1);
}

TEST(WaitSet, forgets_everything_after_a_wait) {
    const Pair pair;
    ASSERT_EQ(write(pair.there.get(), "x", 1), 1);
    int calls = 0;
    WaitSet waits;
    waits.add(pair.here.get(), [&] { ++calls; });
    waits.wait(-1);
    waits.wait(0);
    EXPECT_EQ(calls, 1);
}

TEST(WaitSet, leaves_out_what_is_no_descriptor) {
    WaitSet waits;
    waits.add(-1, [] { FAIL(); });
    waits.wait(0);
}

TEST(WaitSet, a_callback_may_fill_the_next_turn) {
    const Pair pair;
    ASSERT_EQ(write(pair.there.get(), "x", 1), 1);
    int calls = 0;
    WaitSet waits;
    waits.add(pair.here.get(), [&] { waits.add(pair.here.get(), [&] { ++calls; }); });
    waits.wait(-1);
    EXPECT_EQ(calls, 0);
    waits.wait(-1);
    EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace berth
