#include "process/process_handle.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace berth {
namespace {

class Child {
public:
    Child() : pid_(fork()) {
        if (pid_ == 0) {
            pause();
            _exit(0);
        }
    }
    ~Child() { end(); }

    pid_t pid() const { return pid_; }
    // How it ended, once somebody waits for it.
    int end() {
        int status = 0;
        if (!ended_) {
            kill(pid_, SIGTERM);
            waitpid(pid_, &status, 0);
            ended_ = true;
        }
        return status;
    }

private:
    pid_t pid_;
    bool ended_ = false;
};

TEST(ProcessHandle, signals_reach_a_child) {
    Child child;
    const auto handle = ProcessHandle::of_child(child.pid(), getpid());
    ASSERT_TRUE(handle.has_value());
    EXPECT_EQ(handle->pid(), child.pid());
    EXPECT_FALSE(handle->is_gone());
    handle->kill(SIGKILL);
    EXPECT_EQ(WTERMSIG(child.end()), SIGKILL);
    EXPECT_TRUE(handle->is_gone());
    handle->kill(SIGKILL);
}

// An unprivileged zygote must not make a privileged supervisor kill whom it names.
TEST(ProcessHandle, somebody_elses_process_is_refused) {
    const Child child;
    EXPECT_FALSE(ProcessHandle::of_child(child.pid(), getppid()).has_value());
    EXPECT_FALSE(ProcessHandle::of_child(getpid(), child.pid()).has_value());
    EXPECT_FALSE(ProcessHandle::of_child(getppid(), getpid()).has_value());
}

TEST(ProcessHandle, a_child_that_has_ended_before_gets_no_signal) {
    Child child;
    child.end();
    const auto handle = ProcessHandle::of_child(child.pid(), getpid());
    ASSERT_TRUE(handle.has_value());
    EXPECT_TRUE(handle->is_gone());
    handle->kill(SIGKILL);
}

TEST(ProcessHandle, nobody_is_gone_and_gets_no_signal) {
    const ProcessHandle nobody;
    EXPECT_TRUE(nobody.is_gone());
    nobody.kill(SIGKILL);
}

TEST(ProcessHandleStat, finds_the_parent_whatever_the_name) {
    EXPECT_EQ(parent_in_stat("4711 (berth) S 4710 4711"), 4710);
    EXPECT_EQ(parent_in_stat("4711 (a) S 1 (b)) R 4710 4711"), 4710);
    EXPECT_EQ(parent_in_stat("4711 () R 1"), 1);
    for (const char* broken : {"", "4711", "4711 (x)", "4711 (x) S", "4711 (x) S x", ")"}) {
        EXPECT_EQ(parent_in_stat(broken), 0) << broken;
    }
}

}  // namespace
}  // namespace berth
