#include "net/timer_queue.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace berth {
namespace {

class Entry final : public TimerEntry {
public:
    explicit Entry(std::function<void()> action) : action_(std::move(action)) {}
    ~Entry() override = default;

private:
    void on_timer() override { action_(); }
    std::function<void()> action_;
};

class TimerQueueTest : public testing::Test {
protected:
    std::unique_ptr<Timer> timer(int id) {
        return std::make_unique<Timer>(queue_, [this, id] { fired_.push_back(id); });
    }

    TimerQueue queue_;
    std::vector<int> fired_;
};

TEST_F(TimerQueueTest, fires_in_deadline_order) {
    const auto a = timer(1), b = timer(2), c = timer(3);
    a->set(30);
    b->set(10);
    c->set(20);
    EXPECT_EQ(queue_.next_ms(), 10u);
    queue_.run(9);
    EXPECT_TRUE(fired_.empty());
    queue_.run(100);
    EXPECT_EQ(fired_, (std::vector{2, 3, 1}));
    EXPECT_EQ(queue_.next_ms(), TimerQueue::kNever);
}

TEST_F(TimerQueueTest, fires_once) {
    const auto a = timer(1);
    a->set(10);
    queue_.run(10);
    EXPECT_FALSE(a->armed());
    queue_.run(20);
    EXPECT_EQ(fired_, std::vector{1});
}

TEST_F(TimerQueueTest, puts_a_deadline_off_without_touching_the_queue) {
    const auto a = timer(1);
    a->set(10);
    a->set(50);
    EXPECT_EQ(queue_.next_ms(), 10u);  // looked at then, and put back
    queue_.run(10);
    EXPECT_TRUE(fired_.empty());
    EXPECT_EQ(queue_.next_ms(), 50u);
    queue_.run(50);
    EXPECT_EQ(fired_, std::vector{1});
}

TEST_F(TimerQueueTest, brings_a_deadline_forward) {
    const auto a = timer(1), b = timer(2);
    a->set(100);
    b->set(50);
    a->set(20);
    EXPECT_EQ(queue_.next_ms(), 20u);
    queue_.run(20);
    EXPECT_EQ(fired_, std::vector{1});
}

TEST_F(TimerQueueTest, forgets_what_was_cancelled) {
    const auto a = timer(1), b = timer(2);
    a->set(10);
    b->set(20);
    a->cancel();
    a->cancel();
    queue_.run(100);
    EXPECT_EQ(fired_, std::vector{2});
}

TEST_F(TimerQueueTest, forgets_a_timer_that_dies) {
    timer(1)->set(10);
    EXPECT_EQ(queue_.size(), 0u);
    queue_.run(100);
    EXPECT_TRUE(fired_.empty());
}

TEST_F(TimerQueueTest, lets_an_action_set_and_cancel) {
    const auto victim = timer(9);
    victim->set(20);
    int rounds = 0;
    std::unique_ptr<Timer> again;
    again = std::make_unique<Timer>(queue_, [&] {
        victim->cancel();
        if (++rounds < 3) {
            again->set(10 + static_cast<uint64_t>(rounds) * 10);
        }
    });
    again->set(10);
    queue_.run(100);
    EXPECT_EQ(rounds, 3);
    EXPECT_TRUE(fired_.empty());
}

TEST_F(TimerQueueTest, counts_its_timers) {
    const uint64_t before = live_count(LiveKind::kTimer).objects;
    {
        const auto a = timer(1);
        EXPECT_EQ(live_count(LiveKind::kTimer).objects, before + 1);
    }
    EXPECT_EQ(live_count(LiveKind::kTimer).objects, before);
}

// Against a model: whatever is set, put off, brought forward and cancelled, each fires at its
// deadline.
TEST_F(TimerQueueTest, agrees_with_a_slow_model) {
    std::mt19937 random(7);
    std::map<int, uint64_t> model;
    uint64_t now = 0;
    std::vector<std::unique_ptr<Entry>> entries;
    for (int id = 0; id < 50; ++id) {
        entries.push_back(std::make_unique<Entry>([&, id] {
            ASSERT_TRUE(model.contains(id));
            EXPECT_LE(model.at(id), now);
            model.erase(id);
        }));
    }
    for (int step = 0; step < 20'000; ++step) {
        const int id = static_cast<int>(random() % entries.size());
        Entry& entry = *entries[static_cast<size_t>(id)];
        if (random() % 4 != 0) {
            model[id] = now + random() % 1000;
            queue_.set(entry, model[id]);
        } else {
            model.erase(id);
            queue_.cancel(entry);
        }
        now += random() % 20;
        queue_.run(now);
        for (const auto& [left, due] : model) {
            ASSERT_GT(due, now) << left << " should have fired";
        }
        ASSERT_EQ(queue_.size(), model.size());
    }
    for (const auto& entry : entries) {
        queue_.cancel(*entry);
    }
}

}  // namespace
}  // namespace berth
