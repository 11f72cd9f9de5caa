#include "process/crash_handler.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace berth {
namespace {

// What a child that crashes leaves behind.
class CrashHandlerTest : public ::testing::Test {
protected:
    template <class Crash>
    int child(Crash crash) {
        const pid_t pid = fork();
        if (pid == 0) {
            install_crash_handler(row());
            row().stamp = 7;
            crash();
            _exit(0);
        }
        int status = 0;
        waitpid(pid, &status, 0);
        return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }

    ScoreboardRow& row() { return board_.value().row(1); }
    std::string trace() { return row().crash.trace.data(); }

    Result<Scoreboard> board_ = Scoreboard::make(2);
};

void overflow_the_stack(volatile char* above) {
    volatile char block[4096];
    block[0] = *above;
    if (block[0] == 0) {  // as it always is
        overflow_the_stack(block);
    }
    block[1] = *above;
}

// A sanitizer would report it and end the process its own way.
[[gnu::no_sanitize("address", "undefined")]] void set(volatile int* place) {
    *place = 1;
}

TEST_F(CrashHandlerTest, tells_signal_culprit_and_place_and_dies_of_the_signal) {
    EXPECT_EQ(child([] { set(nullptr); }), SIGSEGV);
    EXPECT_EQ(row().crash.signal, static_cast<uint32_t>(SIGSEGV));
    EXPECT_EQ(row().crash.stamp, 7u);
    EXPECT_EQ(trace().substr(0, 19), "unit_host_process+0") << trace();
}

TEST_F(CrashHandlerTest, an_abort_has_a_trace) {
    EXPECT_EQ(child([] { std::abort(); }), SIGABRT);
    EXPECT_EQ(row().crash.signal, static_cast<uint32_t>(SIGABRT));
    EXPECT_NE(trace().find("unit_host_process+0x"), std::string::npos) << trace();
}

TEST_F(CrashHandlerTest, a_stack_overflow_is_recorded_on_another_stack) {
    volatile char top = 0;
    EXPECT_EQ(child([&] { overflow_the_stack(&top); }), SIGSEGV);
    EXPECT_EQ(row().crash.signal, static_cast<uint32_t>(SIGSEGV));
    EXPECT_LT(trace().size(), row().crash.trace.size());
}

TEST_F(CrashHandlerTest, an_ordinary_end_records_nothing) {
    EXPECT_EQ(child([] {}), 0);
    EXPECT_EQ(row().crash.signal, 0u);
    EXPECT_EQ(trace(), "");
}

TEST(CrashHandlerName, knows_signals) {
    EXPECT_EQ(signal_name(SIGSEGV), "SIGSEGV");
    EXPECT_EQ(signal_name(64), "signal 64");
    EXPECT_EQ(signal_name(127), "signal 127");
}

}  // namespace
}  // namespace berth
