#include "wakeups.h"

#include "support/fake_host.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <new>
#include <string>

namespace berth::http {
namespace {

using testing::FakeHost;

class WakeupsTest : public ::testing::Test {
protected:
    struct Sleeper final : Wakeups::Sleeper {
        void on_wake() override {
            ++woken;
            if (then) {
                then();
            }
        }
        int woken = 0;
        std::function<void()> then;
    };

    FakeHost host_;
    std::unique_ptr<Wakeups> wakeups_ =
        std::make_unique<Wakeups>(*static_cast<const berth_loop_ext*>(
            host_.table().get_extension(&host_.table(), BERTH_LOOP_EXT)));
    Sleeper a_, b_;
};

TEST_F(WakeupsTest, come_once_and_from_the_top_of_the_loop) {
    wakeups_->wake(a_);
    wakeups_->wake(b_);
    wakeups_->wake(a_);
    EXPECT_EQ(a_.woken, 0);
    host_.run();
    EXPECT_EQ(a_.woken, 1);
    EXPECT_EQ(b_.woken, 1);
    host_.run();
    EXPECT_EQ(a_.woken, 1);
}

TEST_F(WakeupsTest, may_be_asked_for_again_from_inside) {
    a_.then = [this] {
        if (a_.woken == 1) {
            wakeups_->wake(a_);
        }
    };
    wakeups_->wake(a_);
    host_.run();
    EXPECT_EQ(a_.woken, 2);
}

TEST_F(WakeupsTest, are_not_for_those_who_have_gone) {
    wakeups_->wake(a_);
    wakeups_->wake(b_);
    wakeups_->forget(a_);
    host_.run();
    EXPECT_EQ(a_.woken, 0);
    EXPECT_EQ(b_.woken, 1);
}

TEST_F(WakeupsTest, are_not_for_those_who_go_while_others_wake) {
    a_.then = [this] { wakeups_->forget(b_); };
    wakeups_->wake(a_);
    wakeups_->wake(b_);
    host_.run();
    EXPECT_EQ(b_.woken, 0);
}

TEST_F(WakeupsTest, end_with_their_owner) {
    wakeups_->wake(a_);
    wakeups_.reset();
    host_.run();
    EXPECT_EQ(a_.woken, 0);
}

// As the host does when memory is exhausted: who waits for ever would be worse than an error.
TEST_F(WakeupsTest, are_refused_without_a_timer) {
    berth_loop_ext loop = *static_cast<const berth_loop_ext*>(
        host_.table().get_extension(&host_.table(), BERTH_LOOP_EXT));
    loop.timer = [](uint64_t, uint64_t, void (*)(void*), void*) -> berth_timer* { return nullptr; };
    Wakeups wakeups(loop);
    EXPECT_THROW(wakeups.wake(a_), std::bad_alloc);
    wakeups.forget(a_);
}

}  // namespace
}  // namespace berth::http
