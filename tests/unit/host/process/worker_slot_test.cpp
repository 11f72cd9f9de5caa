#include "process/worker_slot.h"

#include "process/zygote.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace berth {
namespace {

class NoProgram final : public ZygoteProgram {
public:
    Result<std::string> prepare(const Snapshot&, const Step&) override { return std::string(); }
    int work(WorkerSetup) override { return 0; }
};

// A slot between the supervisor's view and a zygote and a worker that the test plays.
class WorkerSlotTest : public ::testing::Test {
protected:
    WorkerSlotTest() {
        auto pair = ControlChannel::make_pair();
        to_zygote_ = std::make_unique<ControlChannel>(std::move(pair.value().first),
                                                      ControlRoute::kFromZygote);
        zygote_ = std::make_unique<ControlChannel>(std::move(pair.value().second),
                                                   ControlRoute::kToZygote);
        resources_.watchdog_ms = 5'000;
        resources_.start_timeout_ms = 30'000;
    }
    ~WorkerSlotTest() override { end_process(); }

    // Until the worker is READY, with a real process behind it.
    void start() {
        ask();
        start_process();
        ASSERT_TRUE(slot_.forked(pid_, getpid()));
        say_ready();
        ASSERT_EQ(slot_.receive().outcome, ControlChannel::Outcome::kMessage);
        ASSERT_EQ(slot_.state(), WorkerSlot::State::kReady);
    }
    void ask() {
        ASSERT_TRUE(slot_.ask(*to_zygote_, {"acme/geo"}, 1'000).ok());
        command_ = zygote_->receive();
        ASSERT_EQ(command_.outcome, ControlChannel::Outcome::kMessage);
        worker_ = std::make_unique<ControlChannel>(std::move(command_.message.fds.at(0)),
                                                   ControlRoute::kToWorker);
    }
    void start_process() {
        pid_ = fork();
        if (pid_ == 0) {
            signal(SIGABRT, SIG_DFL);
            pause();
            _exit(0);
        }
    }
    int end_process() {
        int status = 0;
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            waitpid(pid_, &status, 0);
            pid_ = 0;
        }
        return status;
    }
    void say_ready() {
        ControlMessage message;
        message.type = ControlType::kReady;
        ASSERT_TRUE(worker_->send(message).ok());
    }
    ScoreboardRow& row() { return board_.row(slot_.row()); }

    NoProgram program_;
    Scoreboard board_ = Scoreboard::make(2).value();
    std::unique_ptr<CounterPage> page_ = CounterPage::make(3, 16).value();
    Resources resources_{program_, board_, *page_, nullptr, RowPool(2), {}, {}};
    std::unique_ptr<ControlChannel> to_zygote_, zygote_, worker_;
    WorkerSlot slot_{3, resources_};
    ControlChannel::Received command_;
    pid_t pid_ = 0;
};

TEST_F(WorkerSlotTest, asks_the_zygote_with_everything_that_it_needs) {
    ask();
    EXPECT_EQ(command_.message.type, ControlType::kFork);
    EXPECT_EQ(command_.message.slot, 3u);
    EXPECT_EQ(command_.message.value, slot_.row());
    EXPECT_EQ(command_.message.text, "acme/geo\n");
    EXPECT_EQ(slot_.state(), WorkerSlot::State::kForking);
    EXPECT_EQ(slot_.start_due_ms(), 31'000u);
}

TEST_F(WorkerSlotTest, becomes_ready_when_it_says_so) {
    start();
    EXPECT_EQ(slot_.pid(), pid_);
    EXPECT_EQ(slot_.start_due_ms(), UINT64_MAX);
}

TEST_F(WorkerSlotTest, ready_may_overtake_the_answer_of_the_zygote) {
    ask();
    say_ready();
    EXPECT_EQ(slot_.receive().message.type, ControlType::kReady);
    EXPECT_EQ(slot_.state(), WorkerSlot::State::kForking);
    start_process();
    EXPECT_TRUE(slot_.forked(pid_, getpid()));
    EXPECT_EQ(slot_.state(), WorkerSlot::State::kReady);
}

TEST_F(WorkerSlotTest, a_process_that_is_not_the_zygotes_is_no_worker) {
    ask();
    EXPECT_FALSE(slot_.forked(getppid(), getpid()));
    EXPECT_EQ(slot_.pid(), 0);
}

TEST_F(WorkerSlotTest, a_fork_that_failed_is_tried_again_soon) {
    ask();
    slot_.not_forked(2'000);
    EXPECT_EQ(slot_.state(), WorkerSlot::State::kVacant);
    EXPECT_EQ(slot_.due_ms(), 2'100u);
    EXPECT_EQ(slot_.row(), UINT32_MAX);
    EXPECT_EQ(worker_->receive().outcome, ControlChannel::Outcome::kEnd);
}

TEST_F(WorkerSlotTest, a_row_is_clean_for_the_next_worker) {
    start();
    row().crash.signal = SIGSEGV;
    row().set(Gauge::kConnections, 9);
    const uint32_t before = slot_.row();
    slot_.gone(SIGSEGV, 2'000);
    ask();
    EXPECT_EQ(slot_.row(), before);
    EXPECT_EQ(row().crash.signal, 0u);
    EXPECT_EQ(row().get(Gauge::kConnections), 0u);
}

TEST_F(WorkerSlotTest, says_how_it_died_and_what_the_record_holds) {
    start();
    row().crash.stamp = 7;
    row().crash.signal = SIGSEGV;
    std::copy_n("geo.so+0x1", 11, row().crash.trace.begin());
    const auto death = slot_.gone(SIGSEGV, 2'000);
    EXPECT_EQ(death.signal, SIGSEGV);
    EXPECT_TRUE(death.crashed);
    EXPECT_EQ(death.stamp, 7u);
    EXPECT_EQ(death.trace, "geo.so+0x1");
    EXPECT_EQ(slot_.state(), WorkerSlot::State::kVacant);
    EXPECT_EQ(slot_.due_ms(), 2'000u);
}

// The worker has written over its row before it died.
TEST_F(WorkerSlotTest, a_trace_without_an_end_is_cut) {
    start();
    row().crash.signal = UINT32_MAX;
    row().crash.trace.fill('x');
    const auto death = slot_.gone(SIGKILL, 2'000);
    EXPECT_EQ(death.trace, std::string(sizeof(CrashRecord::trace), 'x'));
}

TEST_F(WorkerSlotTest, keeps_dying_and_waits_longer) {
    uint64_t now = 1'000;
    for (int i = 0; i < 5; ++i) {
        ask();
        slot_.gone(SIGKILL, now);
        EXPECT_EQ(slot_.due_ms(), now);
    }
    ask();
    slot_.gone(SIGKILL, now);
    EXPECT_EQ(slot_.due_ms(), now + 100);
    EXPECT_EQ(slot_.deaths_in_a_row(), 6u);
}

TEST_F(WorkerSlotTest, no_row_is_left_says_how_many_there_are) {
    resources_.rows.take();
    resources_.rows.take();
    const Status asked = slot_.ask(*to_zygote_, {}, 1'000);
    ASSERT_FALSE(asked.ok());
    EXPECT_NE(asked.error().message.find("room for 2 workers"), std::string::npos);
}

TEST_F(WorkerSlotTest, a_taken_slot_gives_its_row_back) {
    {
        WorkerSlot other(0, resources_);
        ASSERT_TRUE(other.ask(*to_zygote_, {}, 1'000).ok());
        EXPECT_EQ(other.row(), 0u);
    }
    EXPECT_EQ(resources_.rows.take(), 0u);
}

class WorkerSlotWatch : public WorkerSlotTest {
protected:
    // The next question; false: there was none.
    bool is_asked() {
        const auto received = worker_->receive();
        return received.outcome == ControlChannel::Outcome::kMessage &&
               received.message.type == ControlType::kPing;
    }
    WorkerSlot::Watched watch() { return slot_.watch(now_ += 1'000); }

    uint64_t now_ = 10'000;
};

TEST_F(WorkerSlotWatch, asks_five_times_in_its_patience) {
    start();
    EXPECT_EQ(slot_.watch_due_ms(), 1'000u);
    for (int i = 0; i < 20; ++i) {
        row().heartbeat_ms = now_;
        EXPECT_EQ(watch(), WorkerSlot::Watched::kFine);
        EXPECT_TRUE(is_asked());
        EXPECT_EQ(slot_.watch_due_ms(), now_ + 1'000);
        EXPECT_EQ(slot_.watch(now_ + 999), WorkerSlot::Watched::kFine);
        EXPECT_FALSE(is_asked());
    }
}

TEST_F(WorkerSlotWatch, aborts_one_that_does_not_answer_then_kills_it) {
    start();
    row().heartbeat_ms = 1;
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(watch(), WorkerSlot::Watched::kFine);
    }
    EXPECT_EQ(watch(), WorkerSlot::Watched::kAborted);
    int status = 0;
    ASSERT_EQ(waitpid(pid_, &status, WUNTRACED), pid_);
    EXPECT_EQ(WTERMSIG(status), SIGABRT);
    pid_ = 0;
}

TEST_F(WorkerSlotWatch, a_stopped_process_is_killed) {
    start();
    kill(pid_, SIGSTOP);
    row().heartbeat_ms = 1;
    for (int i = 0; i < 7; ++i) {
        watch();
    }
    EXPECT_EQ(watch(), WorkerSlot::Watched::kKilled);
    int status = 0;
    ASSERT_EQ(waitpid(pid_, &status, 0), pid_);
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    pid_ = 0;
}

TEST_F(WorkerSlotWatch, a_process_whose_end_nobody_told_is_lost) {
    start();
    end_process();
    for (int i = 0; i < 6; ++i) {
        watch();
    }
    EXPECT_EQ(watch(), WorkerSlot::Watched::kLost);
}

TEST_F(WorkerSlotWatch, any_change_of_the_heartbeat_counts) {
    start();
    for (int i = 0; i < 30; ++i) {
        row().heartbeat_ms = i % 2 == 0 ? UINT64_MAX : 0;
        EXPECT_EQ(watch(), WorkerSlot::Watched::kFine);
    }
}

}  // namespace
}  // namespace berth
