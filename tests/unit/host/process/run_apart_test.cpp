#include "process/run_apart.h"

#include "process/exit_code.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

namespace berth {
namespace {

using testing::HasSubstr;

Result<int> apart(uint32_t timeout_ms, const std::function<int(const ApartStep&)>& work) {
    const Identity me{"me", getuid(), getgid()};
    return run_apart(me, getuid() == 0, timeout_ms, work);
}

TEST(RunApart, gives_the_exit_code) {
    const auto code = apart(10'000, [](const ApartStep&) { return 42; });
    ASSERT_TRUE(code.ok()) << code.error().message;
    EXPECT_EQ(code.value(), 42);
}

TEST(RunApart, names_what_was_done_when_it_crashed) {
    const auto code = apart(10'000, [](const ApartStep& step) {
        step("loading one");
        step("loading two");
        signal(SIGTERM, SIG_DFL);
        raise(SIGTERM);
        return 0;
    });
    ASSERT_FALSE(code.ok());
    EXPECT_EQ(code.error().message, "crashed with signal 15 while loading two");
    EXPECT_EQ(code.error().code, kExitPluginRejected);
}

TEST(RunApart, ends_what_takes_too_long) {
    const auto code = apart(50, [](const ApartStep& step) {
        step("loading slow");
        while (true) {
            pause();
        }
        return 0;
    });
    ASSERT_FALSE(code.ok());
    EXPECT_THAT(code.error().message, HasSubstr("loading slow"));
}

}  // namespace
}  // namespace berth
