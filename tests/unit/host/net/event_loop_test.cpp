#include "net/event_loop.h"

#include "base/faulty_sys.h"
#include "base/live.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace berth {
namespace {

class EventLoopWithPoller : public testing::TestWithParam<PollerKind> {
protected:
    std::unique_ptr<EventLoop> make() {
        EventLoop::Options options;
        options.poller = GetParam();
        return std::move(EventLoop::make(options)).value();
    }
};
INSTANTIATE_TEST_SUITE_P(EventLoop,
                         EventLoopWithPoller,
                         testing::Values(PollerKind::kEpoll, PollerKind::kPoll));

TEST_P(EventLoopWithPoller, runs_deferred_tasks_in_this_turn) {
    const auto loop = make();
    std::string order;
    loop->defer([&] {
        order += "a";
        loop->defer([&] { order += "c"; });
    });
    loop->defer([&] { order += "b"; });
    loop->turn(-1);
    EXPECT_EQ(order, "ab");
    loop->turn(-1);  // must not wait
    EXPECT_EQ(order, "abc");
}

TEST_P(EventLoopWithPoller, is_woken_by_post_from_another_thread) {
    const auto loop = make();
    std::vector<int> got;
    std::thread other([&] {
        for (int i = 0; i < 100; ++i) {
            loop->post([&got, i] { got.push_back(i); });
        }
        loop->post([&] { loop->stop(); });
    });
    loop->run();  // waits without a bound
    other.join();
    ASSERT_EQ(got.size(), 100u);
    EXPECT_EQ(got.front(), 0);
    EXPECT_EQ(got.back(), 99);
}

TEST_P(EventLoopWithPoller, is_stopped_from_another_thread) {
    const auto loop = make();
    std::thread other([&] { loop->stop(); });
    loop->run();
    other.join();
}

TEST_P(EventLoopWithPoller, posts_from_posts) {
    const auto loop = make();
    int left = 5;
    EventLoop::Task task = [&] {
        if (--left == 0) {
            loop->stop();
            return;
        }
        loop->post(task);
    };
    loop->post(task);
    loop->run();
    EXPECT_EQ(left, 0);
}

TEST_P(EventLoopWithPoller, waits_no_longer_than_the_next_timer) {
    const auto loop = make();
    bool fired = false;
    Timer timer(loop->timers(), [&] {
        fired = true;
        loop->stop();
    });
    timer.set(loop->now_ms() + 5);
    loop->run();
    EXPECT_TRUE(fired);
}

TEST_P(EventLoopWithPoller, reads_its_clocks_once_per_turn) {
    FaultySys table({});
    table.set_clock_us(7'000'123'456);
    const ScopedSys scope(table);
    const auto loop = make();
    EXPECT_EQ(loop->now_us(), 7'000'123'456u);
    EXPECT_EQ(loop->now_ms(), 7'000'123u);
    EXPECT_EQ(loop->wall_us(), 7'000'123'456u);
    table.advance_ms(2);
    EXPECT_EQ(loop->now_ms(), 7'000'123u);
    loop->turn(0);
    EXPECT_EQ(loop->now_ms(), 7'000'125u);
}

TEST_P(EventLoopWithPoller, runs_timers_by_the_clock_of_the_turn) {
    FaultySys table({});
    table.set_clock_us(1'000'000);
    const ScopedSys scope(table);
    const auto loop = make();
    int fired = 0;
    Timer timer(loop->timers(), [&] { ++fired; });
    timer.set(1'500);
    loop->turn(0);
    EXPECT_EQ(fired, 0);
    table.advance_ms(500);
    loop->turn(0);
    EXPECT_EQ(fired, 1);
}

TEST_P(EventLoopWithPoller, leaves_nothing_behind) {
    const auto before = live_count(LiveKind::kFd).objects;
    {
        const auto loop = make();
        loop->post([] {});
        loop->defer([] {});
    }
    EXPECT_EQ(live_count(LiveKind::kFd).objects, before);
}

TEST_P(EventLoopWithPoller, says_which_call_failed_when_it_cannot_be_made) {
    for (uint64_t n = 1;; ++n) {
        Faults faults;
        faults.fail_at = n;
        faults.fail_errno = EMFILE;
        FaultySys table(faults);
        const ScopedSys scope(table);
        EventLoop::Options options;
        options.poller = GetParam();
        const auto loop = EventLoop::make(options);
        if (loop.ok()) {
            EXPECT_GT(n, 1u);
            break;
        }
        EXPECT_EQ(loop.error().code, EMFILE) << loop.error().message;
    }
}

}  // namespace
}  // namespace berth
