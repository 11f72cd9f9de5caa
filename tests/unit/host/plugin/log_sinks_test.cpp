#include "plugin/log_sinks.h"

#include "base/sys.h"
#include "net/event_loop.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace berth {
namespace {

class LogSinksTest : public ::testing::Test {
protected:
    LogSinksTest() : loop_(std::move(EventLoop::make({})).value()) {
        char name[] = "/tmp/berth-log-XXXXXX";
        UniqueFd made(mkstemp(name));
        path_ = name;
    }
    ~LogSinksTest() override { unlink(path_.c_str()); }

    static void put(LogSink& sink, std::string_view line) {
        char* room = sink.reserve(line.size());
        ASSERT_NE(room, nullptr);
        std::memcpy(room, line.data(), line.size());
        sink.commit(line.size());
    }
    std::string content() const {
        UniqueFd fd(open(path_.c_str(), O_RDONLY | O_CLOEXEC));
        std::string text(1 << 20, '\0');
        const ssize_t n = read(fd.get(), text.data(), text.size());
        text.resize(n < 0 ? 0 : static_cast<size_t>(n));
        return text;
    }

    std::unique_ptr<EventLoop> loop_;
    uint64_t dropped_ = 0;
    std::string path_;
};

TEST_F(LogSinksTest, lines_are_gathered_and_written_whole) {
    LogSinks sinks(*loop_, &dropped_);
    LogSink* sink = sinks.open(path_).value();
    put(*sink, "one\n");
    put(*sink, "two\n");
    EXPECT_EQ(content(), "");
    sinks.write_out();
    EXPECT_EQ(content(), "one\ntwo\n");
    EXPECT_EQ(dropped_, 0u);
}

TEST_F(LogSinksTest, what_is_gathered_is_written_at_the_end) {
    {
        LogSinks sinks(*loop_, &dropped_);
        put(*sinks.open(path_).value(), "last words\n");
    }
    EXPECT_EQ(content(), "last words\n");
}

TEST_F(LogSinksTest, the_same_target_is_one_sink) {
    LogSinks sinks(*loop_, &dropped_);
    EXPECT_EQ(sinks.open(path_).value(), sinks.open(path_).value());
}

TEST_F(LogSinksTest, a_line_too_long_is_dropped_and_counted) {
    LogSinks sinks(*loop_, &dropped_);
    LogSink* sink = sinks.open(path_).value();
    EXPECT_EQ(sink->reserve(LogSink::kLineMax + 1), nullptr);
    EXPECT_EQ(dropped_, 1u);
}

TEST_F(LogSinksTest, a_full_buffer_is_written_before_it_takes_more) {
    LogSinks sinks(*loop_, &dropped_);
    LogSink* sink = sinks.open(path_).value();
    const std::string line(1023, 'x');
    for (int i = 0; i < 200; ++i) {
        put(*sink, line + "\n");
    }
    sinks.write_out();
    EXPECT_EQ(content().size(), 200u * 1024);
    EXPECT_EQ(dropped_, 0u);
}

TEST_F(LogSinksTest, a_reader_that_stopped_loses_lines_but_never_blocks) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    UniqueFd reader(ends[0]);
    LogSinks sinks(*loop_, &dropped_);
    sinks.provide("pipe", UniqueFd(ends[1]));
    LogSink* sink = sinks.open("pipe").value();
    const std::string line(4095, 'x');
    for (int i = 0; i < 200; ++i) {
        if (char* room = sink->reserve(4096)) {
            std::memcpy(room, (line + "\n").data(), 4096);
            sink->commit(4096);
        }
    }
    EXPECT_GT(dropped_, 0u);
}

// Takes so many bytes more.
struct FullDisk {
    static inline size_t room = 0;

    static Sys table() {
        Sys full = real_sys();
        full.write = [](int fd, const void* bytes, size_t size) -> ssize_t {
            const size_t taken = std::min(size, room);
            room -= taken;
            if (taken == 0) {
                errno = ENOSPC;
                return -1;
            }
            return real_sys().write(fd, bytes, taken);
        };
        return full;
    }
};

TEST_F(LogSinksTest, a_full_disk_tears_no_line_that_comes_later) {
    const Sys table = FullDisk::table();
    const ScopedSys scope(table);
    LogSinks sinks(*loop_, &dropped_);
    LogSink* sink = sinks.open(path_).value();
    for (const size_t room : {6u, 0u, 100u}) {
        FullDisk::room = room;
        put(*sink, "one\n");
        put(*sink, "two\n");
        sinks.write_out();
    }
    EXPECT_EQ(content(), "one\ntw\none\ntwo\n");
    EXPECT_EQ(dropped_, 3u);
}

TEST_F(LogSinksTest, after_a_rotation_lines_go_to_the_new_file) {
    LogSinks sinks(*loop_, &dropped_);
    LogSink* sink = sinks.open(path_).value();
    put(*sink, "old\n");
    const std::string next = path_ + ".next";
    sinks.reopen(path_, UniqueFd(open(next.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)));
    put(*sink, "new\n");
    sinks.write_out();
    EXPECT_EQ(content(), "old\n");
    unlink(path_.c_str());
    ASSERT_EQ(rename(next.c_str(), path_.c_str()), 0);
    EXPECT_EQ(content(), "new\n");
}

TEST_F(LogSinksTest, a_log_that_cannot_be_opened_says_which) {
    LogSinks sinks(*loop_, &dropped_);
    auto opened = sinks.open("/nowhere/at/all.log");
    ASSERT_FALSE(opened.ok());
    EXPECT_THAT(opened.error().message, ::testing::HasSubstr("/nowhere/at/all.log"));
}

}  // namespace
}  // namespace berth
