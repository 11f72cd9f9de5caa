#include "process/signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace berth {
namespace {

// Signal masks and actions belong to a process, so each test has one of its own. body: the exit
// status.
template <class Body>
int in_a_child(Body body) {
    const pid_t pid = fork();
    if (pid == 0) {
        _exit(body());
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(SignalsQueue, hands_out_each_signal_that_arrived) {
    EXPECT_EQ(in_a_child([] {
                  auto queue = SignalQueue::make({SIGTERM, SIGHUP});
                  if (!queue.ok() || queue.value().next()) {
                      return 1;
                  }
                  raise(SIGHUP);
                  raise(SIGTERM);
                  const auto first = queue.value().next();
                  const auto second = queue.value().next();
                  const bool both = first && second && *first + *second == SIGHUP + SIGTERM;
                  return both && !queue.value().next() ? 0 : 2;
              }),
              0);
}

TEST(SignalsQueue, leaves_other_signals_alone) {
    EXPECT_EQ(in_a_child([] {
                  auto queue = SignalQueue::make({SIGHUP});
                  raise(SIGUSR2);
                  return 0;
              }),
              -SIGUSR2);
}

TEST(SignalsLeave, what_goes_to_the_whole_group_does_not_end_a_child) {
    EXPECT_EQ(in_a_child([] {
                  auto queue = SignalQueue::make({SIGTERM, SIGINT, SIGCHLD});
                  leave_signals_to_supervisor();
                  for (const int number : {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGUSR1, SIGPIPE}) {
                      raise(number);
                  }
                  return queue.value().next() ? 1 : 0;
              }),
              0);
}

TEST(SignalsLeave, nothing_stays_blocked) {
    EXPECT_EQ(in_a_child([] {
                  auto queue = SignalQueue::make({SIGTERM, SIGCHLD, SIGABRT});
                  leave_signals_to_supervisor();
                  sigset_t blocked;
                  sigprocmask(SIG_SETMASK, nullptr, &blocked);
                  return sigisemptyset(&blocked) == 1 ? 0 : 1;
              }),
              0);
}

}  // namespace
}  // namespace berth
