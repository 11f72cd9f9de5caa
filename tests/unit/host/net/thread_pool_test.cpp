#include "net/thread_pool.h"

#include "support/test_loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

namespace berth {
namespace {

TEST(ThreadPool, works_elsewhere_and_reports_on_the_loop) {
    test::TestLoop loop;
    ThreadPool pool(*loop, 2);
    const auto here = std::this_thread::get_id();
    std::thread::id worked_on;
    std::thread::id reported_on;
    ASSERT_TRUE(pool.run([&] { worked_on = std::this_thread::get_id(); },
                         [&] { reported_on = std::this_thread::get_id(); }));
    ASSERT_TRUE(loop.until([&] { return reported_on != std::thread::id(); }));
    EXPECT_NE(worked_on, here);
    EXPECT_EQ(reported_on, here);
}

TEST(ThreadPool, several_threads_work_at_once) {
    test::TestLoop loop;
    ThreadPool pool(*loop, 2);
    std::latch both(2);
    int done = 0;
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(pool.run([&] { both.arrive_and_wait(); }, [&] { ++done; }));
    }
    EXPECT_TRUE(loop.until([&] { return done == 2; }));
}

TEST(ThreadPool, a_full_queue_refuses) {
    test::TestLoop loop;
    ThreadPool pool(*loop, 1, 2);
    std::latch begun(1);
    std::latch go_on(1);
    int done = 0;
    const auto count = [&] { ++done; };
    ASSERT_TRUE(pool.run(
        [&] {
            begun.count_down();
            go_on.wait();
        },
        count));
    begun.wait();
    EXPECT_TRUE(pool.run([] {}, count));
    EXPECT_TRUE(pool.run([] {}, count));
    EXPECT_FALSE(pool.run([] { FAIL(); }, [] { FAIL(); }));
    go_on.count_down();
    EXPECT_TRUE(loop.until([&] { return done == 3; }));
}

TEST(ThreadPool, tells_one_of_those_who_wait_for_room_for_each_job) {
    test::TestLoop loop;
    ThreadPool pool(*loop, 1);
    std::vector<int> told;
    const auto wait_as = [&](int who, bool is_there) {
        pool.when_room([&told, who, is_there] {
            told.push_back(who);
            return is_there;
        });
    };
    wait_as(1, false);
    wait_as(2, true);
    wait_as(3, true);
    int done = 0;
    ASSERT_TRUE(pool.run([] {}, [&] { ++done; }));
    ASSERT_TRUE(loop.until([&] { return done == 1; }));
    EXPECT_EQ(told, (std::vector<int>{1, 2}));  // the first has gone
    ASSERT_TRUE(pool.run([] {}, [&] { ++done; }));
    ASSERT_TRUE(loop.until([&] { return done == 2; }));
    EXPECT_EQ(told, (std::vector<int>{1, 2, 3}));
}

TEST(ThreadPool, stop_finishes_what_was_accepted) {
    test::TestLoop loop;
    std::atomic<int> worked = 0;
    int done = 0;
    {
        ThreadPool pool(*loop, 1);
        for (int i = 0; i < 10; ++i) {
            ASSERT_TRUE(pool.run([&] { ++worked; }, [&] { ++done; }));
        }
        pool.stop();
        EXPECT_EQ(worked, 10);
        EXPECT_FALSE(pool.run([] {}, [] {}));
    }
    EXPECT_TRUE(loop.until([&] { return done == 10; }));
}

TEST(ThreadPool, an_unused_pool_has_no_thread_to_join) {
    test::TestLoop loop;
    ThreadPool pool(*loop, 8);
    pool.stop();
    pool.stop();
}

}  // namespace
}  // namespace berth
