#include "plugin/plugin_timers.h"

#include "base/faulty_sys.h"
#include "net/event_loop.h"

#include <optional>

namespace berth {
namespace {

class PluginTimersTest : public ::testing::Test {
protected:
    PluginTimersTest() {
        sys_.set_clock_us(1'000'000);
        loop_ = std::move(EventLoop::make({})).value();
        timers_.emplace(*loop_);
    }
    void pass(uint64_t ms) {
        sys_.advance_ms(ms);
        loop_->turn(0);
    }

    FaultySys sys_{Faults{}};
    ScopedSys scoped_{sys_};
    std::unique_ptr<EventLoop> loop_;
    std::optional<PluginTimers> timers_;
};

void count(void* user) {
    ++*static_cast<int*>(user);
}

TEST_F(PluginTimersTest, fires_once) {
    int fired = 0;
    timers_->add(100, 0, count, &fired);
    pass(99);
    EXPECT_EQ(fired, 0);
    pass(1);
    pass(1000);
    EXPECT_EQ(fired, 1);
    EXPECT_EQ(loop_->timers().size(), 0u);
}

TEST_F(PluginTimersTest, repeats_until_cancelled) {
    int fired = 0;
    PluginTimer& timer = timers_->add(10, 10, count, &fired);
    pass(10);
    pass(10);
    EXPECT_EQ(fired, 2);
    timer.cancel();
    pass(1000);
    EXPECT_EQ(fired, 2);
}

struct Self {
    PluginTimer* timer = nullptr;
    int fired = 0;
};

TEST_F(PluginTimersTest, may_cancel_itself) {
    Self self;
    self.timer = &timers_->add(
        10,
        10,
        [](void* user) {
            auto* me = static_cast<Self*>(user);
            ++me->fired;
            me->timer->cancel();
        },
        &self);
    pass(10);
    pass(1000);
    EXPECT_EQ(self.fired, 1);
    EXPECT_EQ(loop_->timers().size(), 0u);
}

TEST_F(PluginTimersTest, cancelling_one_leaves_the_others) {
    int first = 0, second = 0, third = 0;
    PluginTimer& gone = timers_->add(10, 0, count, &first);
    timers_->add(10, 0, count, &second);
    timers_->add(10, 0, count, &third);
    gone.cancel();
    pass(10);
    EXPECT_EQ(first, 0);
    EXPECT_EQ(second, 1);
    EXPECT_EQ(third, 1);
}

}  // namespace
}  // namespace berth
