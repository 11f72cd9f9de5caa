#include "process/generation.h"

#include "fake_generation.h"
#include "process/exit_code.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace berth {
namespace {

using Phase = Generation::Phase;
using State = WorkerSlot::State;

class GenerationTest : public ::testing::Test {
protected:
    // Comes to a rejection.
    Error rejection_of(const std::string& word) {
        fake_.start(word);
        EXPECT_TRUE(fake_.until([&] { return fake_.generation->is_gone(); }));
        EXPECT_EQ(fake_.generation->phase(), Phase::kEnding);
        return fake_.generation->rejection();
    }
    bool is_replaced(pid_t before) {
        return fake_.until([&] {
            return fake_.worker(0).state() == State::kReady && fake_.worker(0).pid() != before;
        });
    }

    FakeGeneration fake_;
};

TEST_F(GenerationTest, goes_from_loading_over_starting_to_serving) {
    Generation& generation = fake_.start("good");
    EXPECT_EQ(generation.phase(), Phase::kLoading);
    EXPECT_FALSE(generation.is_ready_to_serve());
    ASSERT_TRUE(fake_.until([&] { return generation.phase() == Phase::kStarting; }));
    ASSERT_TRUE(fake_.until([&] { return generation.is_ready_to_serve(); }));
    generation.serve();
    EXPECT_EQ(generation.phase(), Phase::kServing);
    EXPECT_FALSE(generation.is_gone());
    EXPECT_TRUE(generation.rejection().message.empty());
}

TEST_F(GenerationTest, a_rejection_of_the_zygote_ends_it_with_reason_and_code) {
    const Error why = rejection_of("reject");
    EXPECT_EQ(why.message, "site.yaml:1:1: error[C103]: wrong\n");
    EXPECT_EQ(why.code, 3);
}

TEST_F(GenerationTest, a_rejection_without_words_is_still_one) {
    const Error why = rejection_of("reject-silently");
    EXPECT_FALSE(why.message.empty());
    EXPECT_NE(why.code, 0);
}

TEST_F(GenerationTest, a_crash_while_loading_names_the_plugin) {
    EXPECT_EQ(rejection_of("crash").message, "the zygote died of SIGABRT while loading acme/geo");
}

TEST_F(GenerationTest, a_zygote_that_ends_without_a_word_is_a_rejection) {
    EXPECT_NE(rejection_of("exit").message.find("exited with status 0"), std::string::npos);
}

TEST_F(GenerationTest, a_hang_while_loading_names_the_plugin) {
    fake_.resources.start_timeout_ms = 2'000;
    const Error why = rejection_of("hang");
    EXPECT_NE(why.message.find("not ready within 2000 ms, hangs while loading acme/geo"),
              std::string::npos)
        << why.message;
    EXPECT_EQ(why.code, kExitPluginRejected);
}

TEST_F(GenerationTest, a_worker_that_hangs_before_it_is_ready_names_the_plugin) {
    fake_.resources.start_timeout_ms = 2'000;
    EXPECT_NE(rejection_of("hang-in-worker").message.find("hangs in plugin acme/geo"),
              std::string::npos);
}

TEST_F(GenerationTest, a_worker_that_dies_before_it_is_ready_is_a_rejection) {
    const Error why = rejection_of("crash-in-worker");
    EXPECT_NE(why.message.find("SIGSEGV in plugin acme/geo before it was ready"), std::string::npos)
        << why.message;
}

TEST_F(GenerationTest, a_worker_that_cannot_begin_is_a_rejection) {
    EXPECT_EQ(rejection_of("reject-in-worker").message, "no instance");
}

TEST_F(GenerationTest, without_room_on_the_scoreboard_it_is_rejected_at_once) {
    while (fake_.resources.rows.take() != UINT32_MAX) {
    }
    EXPECT_NE(rejection_of("good").message.find("the scoreboard has room for 16 workers"),
              std::string::npos);
}

TEST_F(GenerationTest, a_killed_worker_is_replaced_and_counted) {
    fake_.serve();
    const pid_t before = fake_.worker(0).pid();
    const pid_t other = fake_.worker(1).pid();
    kill(before, SIGKILL);
    ASSERT_TRUE(is_replaced(before));
    EXPECT_EQ(fake_.worker(1).pid(), other);
    EXPECT_EQ(fake_.page->sum("berth_worker_restarts_total{reason=\"signal\"}"), 1u);
}

TEST_F(GenerationTest, a_worker_that_keeps_dying_is_started_later_and_later) {
    fake_.serve(1);
    for (unsigned deaths = 1; deaths <= 7; ++deaths) {
        const pid_t before = fake_.worker(0).pid();
        kill(before, SIGKILL);
        ASSERT_TRUE(fake_.until([&] { return fake_.worker(0).deaths_in_a_row() == deaths; }));
        const uint64_t due = fake_.worker(0).due_ms();
        ASSERT_TRUE(is_replaced(before));
        if (deaths > 5) {
            EXPECT_GE(fake_.worker(0).started_ms(), due);
        }
    }
}

TEST_F(GenerationTest, a_replacement_that_hangs_is_replaced_in_turn) {
    fake_.serve(1);
    fake_.resources.start_timeout_ms = 2'000;
    fake_.resources.quarantine.record_crash("hang", 0);
    fake_.resources.quarantine.record_crash("hang", 0);
    fake_.resources.quarantine.record_crash("hang", 0);
    kill(fake_.worker(0).pid(), SIGKILL);
    ASSERT_TRUE(fake_.until([&] { return fake_.worker(0).state() == State::kStarting; }));
    const pid_t hangs = fake_.worker(0).pid();
    ASSERT_TRUE(fake_.until([&] { return fake_.worker(0).pid() != hangs; }));
    fake_.resources.quarantine.clear();
    EXPECT_TRUE(is_replaced(hangs));
}

TEST_F(GenerationTest, a_zygote_that_does_not_answer_is_replaced) {
    fake_.serve(1);
    fake_.resources.start_timeout_ms = 2'000;
    const pid_t zygote = fake_.generation->zygote_pid();
    const pid_t worker = fake_.worker(0).pid();
    kill(zygote, SIGSTOP);
    kill(worker, SIGKILL);
    // Nobody can tell that the worker died: its parent is stopped. The watchdog finds out.
    fake_.resources.watchdog_ms = 50;
    ASSERT_TRUE(fake_.until([&] { return fake_.generation->zygote_pid() != zygote; }));
    EXPECT_TRUE(is_replaced(worker));
}

TEST_F(GenerationTest, a_zygote_that_dies_is_replaced_and_its_workers_stay) {
    fake_.serve(1);
    const pid_t zygote = fake_.generation->zygote_pid();
    const pid_t worker = fake_.worker(0).pid();
    kill(zygote, SIGKILL);
    ASSERT_TRUE(fake_.until([&] { return fake_.generation->zygote_pid() != zygote; }));
    EXPECT_EQ(fake_.worker(0).pid(), worker);
    kill(worker, SIGKILL);
    EXPECT_TRUE(is_replaced(worker));
    EXPECT_EQ(fake_.page->sum("berth_zygote_restarts_total"), 1u);
}

TEST_F(GenerationTest, a_stop_while_it_loads_kills_it_and_is_no_rejection) {
    Generation& generation = fake_.start("hang");
    generation.stop(monotonic_ms(), 30'000);
    EXPECT_TRUE(fake_.until([&] { return generation.is_gone(); }));
    EXPECT_TRUE(generation.rejection().message.empty());
}

TEST_F(GenerationTest, drained_workers_end_and_are_not_replaced) {
    Generation& generation = fake_.serve();
    generation.drain(monotonic_ms(), 60'000);
    EXPECT_EQ(generation.phase(), Phase::kDraining);
    EXPECT_TRUE(fake_.until([&] { return generation.is_gone(); }));
    EXPECT_EQ(fake_.page->sum("berth_worker_restarts_total{reason=\"exit\"}"), 0u);
}

TEST_F(GenerationTest, a_stop_at_once_does_not_wait_for_the_stopped) {
    Generation& generation = fake_.serve();
    kill(fake_.worker(0).pid(), SIGSTOP);
    kill(generation.zygote_pid(), SIGSTOP);
    generation.stop(monotonic_ms(), 0);
    EXPECT_TRUE(fake_.until([&] { return generation.is_gone(); }));
}

TEST_F(GenerationTest, is_not_due_when_there_is_nothing_to_do) {
    Generation& generation = fake_.serve();
    EXPECT_GT(generation.next_due_ms(), monotonic_ms());
    generation.drain(monotonic_ms(), 60'000);
    ASSERT_TRUE(fake_.until([&] { return generation.is_gone(); }));
    EXPECT_GT(generation.next_due_ms(), monotonic_ms() + 50'000);
}

TEST_F(GenerationTest, gives_every_row_back) {
    fake_.serve();
    fake_.end();
    unsigned rows = 0;
    while (fake_.resources.rows.take() != UINT32_MAX) {
        ++rows;
    }
    EXPECT_EQ(rows, 16u);
}

}  // namespace
}  // namespace berth
