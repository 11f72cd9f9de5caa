#include "base/log.h"

#include "base/faulty_sys.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace berth {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class LogTest : public testing::Test {
protected:
    LogTest() : file_(::memfd_create("log", MFD_CLOEXEC)) {
        start_log(LogLevel::kInfo, UniqueFd(::dup(file_.get())));
        set_log_process("test");
    }
    ~LogTest() override { start_log(LogLevel::kInfo, UniqueFd()); }

    std::string written() const {
        std::string text(64 * 1024, '\0');
        const ssize_t n = ::pread(file_.get(), text.data(), text.size(), 0);
        text.resize(n > 0 ? static_cast<size_t>(n) : 0);
        return text;
    }

    UniqueFd file_;
};

TEST_F(LogTest, writes_one_line_per_message) {
    log_info("worker ", 3, " started");
    log_error("second");
    EXPECT_THAT(written(),
                ContainsRegex("^[-0-9]+T[0-9:.]+Z info test\\[[0-9]+\\]: worker 3 "
                              "started\n[^\n]* error test[^\n]*: second\n$"));
}

TEST_F(LogTest, leaves_out_what_is_below_its_level) {
    log_debug("quiet");
    EXPECT_FALSE(log_enabled(LogLevel::kDebug));
    EXPECT_EQ(written(), "");
    set_log_level(LogLevel::kDebug);
    log_debug("loud");
    EXPECT_THAT(written(), HasSubstr("loud"));
    set_log_level(LogLevel::kError);
    log_warning("quiet");
    EXPECT_THAT(written(), testing::Not(HasSubstr("quiet")));
}

TEST_F(LogTest, cannot_be_made_to_write_two_lines) {
    log_info("evil\n2026-01-01 error forged \x1b[31m \"quoted\" back\\slash \xff");
    const std::string text = written();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
    EXPECT_THAT(text, HasSubstr("evil\\x0a2026"));
    EXPECT_THAT(text, HasSubstr("\\x1b[31m \\x22quoted\\x22 back\\x5cslash \\xff"));
}

TEST_F(LogTest, cuts_lines_at_8_kib) {
    log_info(std::string(20'000, 'x'));
    const std::string text = written();
    EXPECT_EQ(text.size(), 8192u);
    EXPECT_EQ(text.back(), '\n');
}

TEST_F(LogTest, goes_on_after_interrupted_and_short_writes) {
    Faults faults;
    faults.eintr_percent = 50;
    FaultySys table(faults);
    const ScopedSys scope(table);
    for (int i = 0; i < 20; ++i) {
        log_info("line ", i, ".");
    }
    const std::string text = written();
    for (int i = 0; i < 20; ++i) {
        EXPECT_THAT(text, HasSubstr("line " + std::to_string(i) + "."));
    }
}

TEST_F(LogTest, goes_to_the_new_file_after_reopening) {
    log_info("old");
    const UniqueFd other(::memfd_create("other", MFD_CLOEXEC));
    reopen_log(UniqueFd(::dup(other.get())));
    log_info("new");
    EXPECT_THAT(written(), testing::Not(HasSubstr("new")));
    char text[256] = {};
    ASSERT_GT(::pread(other.get(), text, sizeof(text) - 1, 0), 0);
    EXPECT_THAT(text, HasSubstr("new"));
}

TEST_F(LogTest, a_pipe_that_nobody_reads_loses_lines_and_blocks_nobody) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd reader(ends[0]);
    ASSERT_EQ(::fcntl(reader.get(), F_SETPIPE_SZ, 8192), 8192);
    start_log(LogLevel::kInfo, UniqueFd(ends[1]));
    log_info("the first");
    for (int i = 0; i < 3; ++i) {
        log_info(std::string(6000, 'x'));  // one is torn, two find no room
    }
    std::string text(8192, '\0');
    text.resize(static_cast<size_t>(::read(reader.get(), text.data(), text.size())));
    EXPECT_THAT(text, HasSubstr("the first\n"));
    log_info("the last");
    text.assign(8192, '\0');
    text.resize(static_cast<size_t>(::read(reader.get(), text.data(), text.size())));
    EXPECT_THAT(text, testing::StartsWith("\n"));
    EXPECT_THAT(text, HasSubstr("3 lines of the log were lost here\n"));
    EXPECT_THAT(text, HasSubstr("the last\n"));
}

TEST(LogEscape, never_splits_an_escape_at_the_limit) {
    std::string text(8190, 'x');
    text.append(2, '\n');
    EXPECT_EQ(escape_log_text(text), std::string(8190, 'x'));
}

TEST(LogLevels, are_parsed_in_any_case) {
    EXPECT_EQ(parse_log_level("DEBUG"), LogLevel::kDebug);
    EXPECT_EQ(parse_log_level("info"), LogLevel::kInfo);
    EXPECT_EQ(parse_log_level("Warning"), LogLevel::kWarning);
    EXPECT_EQ(parse_log_level("error"), LogLevel::kError);
    EXPECT_EQ(parse_log_level("loud"), std::nullopt);
    EXPECT_EQ(parse_log_level(""), std::nullopt);
}

}  // namespace
}  // namespace berth
