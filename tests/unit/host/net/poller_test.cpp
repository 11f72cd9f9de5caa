#include "net/poller.h"

#include "base/faulty_sys.h"
#include "base/unique_fd.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <vector>

namespace berth {
namespace {

class RecordingWatcher final : public Watcher {
public:
    void on_ready(uint32_t ready) override {
        ++calls;
        bits |= ready;
        if (action) {
            action();
        }
    }
    int calls = 0;
    uint32_t bits = 0;
    std::function<void()> action;
};

struct Pair {
    Pair() {
        int fds[2] = {-1, -1};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
        near = UniqueFd(fds[0]);
        far = UniqueFd(fds[1]);
    }
    void send() const { EXPECT_EQ(::send(far.get(), "x", 1, MSG_NOSIGNAL), 1); }
    UniqueFd near, far;
};

class PollerTest : public testing::TestWithParam<PollerKind> {
protected:
    void turn() {
        poller_->wait(0);
        poller_->dispatch();
    }
    std::unique_ptr<Poller> poller_ = std::move(make_poller(GetParam())).value();
};
INSTANTIATE_TEST_SUITE_P(Poller,
                         PollerTest,
                         testing::Values(PollerKind::kEpoll, PollerKind::kPoll, PollerKind::kAuto));

TEST_P(PollerTest, reports_what_is_ready) {
    Pair pair;
    RecordingWatcher watcher;
    ASSERT_TRUE(poller_->add(pair.near.get(), watcher, kReadable).ok());
    turn();
    EXPECT_EQ(watcher.bits & kReadable, 0u);
    pair.send();
    turn();
    EXPECT_NE(watcher.bits & kReadable, 0u);
}

TEST_P(PollerTest, reports_writability_to_those_who_want_it) {
    Pair pair;
    RecordingWatcher watcher;
    ASSERT_TRUE(poller_->add(pair.near.get(), watcher, kWritable).ok());
    turn();
    EXPECT_NE(watcher.bits & kWritable, 0u);
}

TEST_P(PollerTest, reports_the_end_of_the_peer) {
    Pair pair;
    RecordingWatcher watcher;
    ASSERT_TRUE(poller_->add(pair.near.get(), watcher, kReadable).ok());
    pair.far.reset();
    turn();
    EXPECT_NE(watcher.bits & kHangUp, 0u);
}

TEST_P(PollerTest, reports_nothing_after_remove) {
    Pair pair;
    RecordingWatcher watcher;
    ASSERT_TRUE(poller_->add(pair.near.get(), watcher, kReadable).ok());
    poller_->remove(pair.near.get(), watcher);
    pair.send();
    turn();
    EXPECT_EQ(watcher.calls, 0);
    EXPECT_TRUE(poller_->add(pair.near.get(), watcher, kReadable).ok());
    turn();
    EXPECT_EQ(watcher.calls, 1);
}

TEST_P(PollerTest, drops_events_of_the_batch_for_what_was_removed) {
    std::array<Pair, 8> pairs;
    std::array<RecordingWatcher, 8> watchers;
    for (size_t i = 0; i < pairs.size(); ++i) {
        ASSERT_TRUE(poller_->add(pairs[i].near.get(), watchers[i], kReadable).ok());
        pairs[i].send();
        // Whoever comes first removes all the others.
        watchers[i].action = [&, i] {
            for (size_t other = 0; other < pairs.size(); ++other) {
                if (other != i) {
                    poller_->remove(pairs[other].near.get(), watchers[other]);
                }
            }
        };
    }
    turn();
    int calls = 0;
    for (const auto& watcher : watchers) {
        calls += watcher.calls;
    }
    EXPECT_EQ(calls, 1);
}

TEST_P(PollerTest, lets_a_watcher_add_others) {
    std::vector<Pair> pairs(100);
    std::vector<RecordingWatcher> watchers(100);
    ASSERT_TRUE(poller_->add(pairs[0].near.get(), watchers[0], kReadable).ok());
    pairs[0].send();
    watchers[0].action = [&] {
        if (watchers[0].calls > 1) {
            return;
        }
        for (size_t i = 1; i < pairs.size(); ++i) {
            pairs[i].send();
            ASSERT_TRUE(poller_->add(pairs[i].near.get(), watchers[i], kReadable).ok());
        }
    };
    turn();
    turn();
    for (const auto& watcher : watchers) {
        EXPECT_GE(watcher.calls, 1);
    }
}

TEST_P(PollerTest, forgets_a_descriptor_that_is_closed_next) {
    RecordingWatcher old_watcher;
    RecordingWatcher new_watcher;
    int old_fd = -1;
    {
        Pair pair;
        old_fd = pair.near.get();
        ASSERT_TRUE(poller_->add(old_fd, old_watcher, kReadable).ok());
        poller_->forget(old_fd, old_watcher);
    }
    Pair again;
    ASSERT_TRUE(poller_->add(again.near.get(), new_watcher, kReadable).ok());
    again.send();
    turn();
    EXPECT_EQ(old_watcher.calls, 0);
    EXPECT_EQ(new_watcher.calls, 1);
}

TEST_P(PollerTest, refuses_a_bad_descriptor) {
    RecordingWatcher watcher;
    EXPECT_FALSE(poller_->add(-1, watcher, kReadable).ok());
}

TEST_P(PollerTest, survives_an_interrupted_wait) {
    Pair pair;
    RecordingWatcher watcher;
    ASSERT_TRUE(poller_->add(pair.near.get(), watcher, kReadable).ok());
    pair.send();
    Faults faults;
    faults.fail_at = 1;
    faults.fail_errno = EINTR;
    FaultySys table(faults);
    const ScopedSys scope(table);
    turn();
    EXPECT_EQ(watcher.calls, 0);
    turn();
    EXPECT_EQ(watcher.calls, 1);
}

TEST(PollerKinds, edge_triggered_reports_once) {
    auto poller = std::move(make_poller(PollerKind::kEpoll)).value();
    EXPECT_EQ(poller->name(), "epoll");
    Pair pair;
    RecordingWatcher watcher;
    ASSERT_TRUE(poller->add(pair.near.get(), watcher, kReadable).ok());
    pair.send();
    for (int i = 0; i < 3; ++i) {
        poller->wait(0);
        poller->dispatch();
    }
    EXPECT_EQ(watcher.calls, 1);
}

TEST(PollerKinds, level_triggered_honours_want) {
    auto poller = std::move(make_poller(PollerKind::kPoll)).value();
    EXPECT_EQ(poller->name(), "poll");
    Pair pair;
    RecordingWatcher watcher;
    ASSERT_TRUE(poller->add(pair.near.get(), watcher, kReadable).ok());
    pair.send();
    poller->want(pair.near.get(), watcher, 0);
    pair.far.reset();  // a hang-up must not spin the loop of one who wants nothing
    poller->wait(0);
    poller->dispatch();
    EXPECT_EQ(watcher.calls, 0);
    poller->want(pair.near.get(), watcher, kReadable);
    for (int i = 0; i < 3; ++i) {
        poller->wait(0);
        poller->dispatch();
    }
    EXPECT_EQ(watcher.calls, 3);
}

TEST(PollerKinds, says_when_there_is_no_descriptor) {
    Faults faults;
    faults.fail_at = 1;
    faults.fail_errno = EMFILE;
    FaultySys table(faults);
    const ScopedSys scope(table);
    const auto poller = make_poller(PollerKind::kEpoll);
    ASSERT_FALSE(poller.ok());
    EXPECT_EQ(poller.error().code, EMFILE);
}

}  // namespace
}  // namespace berth
