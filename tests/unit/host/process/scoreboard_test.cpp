#include "process/scoreboard.h"

#include "base/faulty_sys.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <set>

namespace berth {
namespace {

TEST(Scoreboard, a_child_writes_and_its_parent_reads) {
    auto board = Scoreboard::make(4);
    ASSERT_TRUE(board.ok());
    const pid_t child = fork();
    if (child == 0) {
        ScoreboardRow& row = board.value().row(2);
        row.set(Gauge::kConnections, 7);
        row.stamp = 9;
        row.crash.signal = 11;
        row.heartbeat_ms = 123;
        _exit(0);
    }
    waitpid(child, nullptr, 0);
    const ScoreboardRow& row = board.value().row(2);
    EXPECT_EQ(row.get(Gauge::kConnections), 7u);
    EXPECT_EQ(row.stamp, 9u);
    EXPECT_EQ(row.crash.signal, 11u);
    EXPECT_EQ(row.heartbeat_ms, 123u);
    EXPECT_EQ(board.value().row(1).heartbeat_ms, 0u);
}

TEST(Scoreboard, a_cleared_row_tells_nothing_of_the_worker_before) {
    auto board = Scoreboard::make(2);
    ASSERT_TRUE(board.ok());
    ScoreboardRow& row = board.value().row(0);
    row.heartbeat_ms = 1;
    row.stamp = 2;
    row.crash.signal = 3;
    row.crash.stamp = 4;
    row.crash.trace.fill('x');
    for (uint32_t i = 0; i < static_cast<uint32_t>(Gauge::kCount); ++i) {
        row.set(static_cast<Gauge>(i), 100 + i);
    }
    board.value().clear(0);
    EXPECT_EQ(row.heartbeat_ms, 0u);
    EXPECT_EQ(row.stamp, 0u);
    EXPECT_EQ(row.crash.signal, 0u);
    EXPECT_EQ(row.crash.stamp, 0u);
    EXPECT_EQ(row.crash.trace.front(), '\0');
    for (uint32_t i = 0; i < static_cast<uint32_t>(Gauge::kCount); ++i) {
        EXPECT_EQ(row.get(static_cast<Gauge>(i)), 0u);
    }
}

TEST(Scoreboard, says_so_without_shared_memory) {
    Faults faults;
    faults.fail_at = 1;
    faults.fail_errno = ENOMEM;
    FaultySys table(faults);
    const ScopedSys scope(table);
    const auto board = Scoreboard::make(4);
    ASSERT_FALSE(board.ok());
    EXPECT_EQ(board.error().code, ENOMEM);
}

TEST(Scoreboard, every_gauge_has_a_name_of_its_own) {
    std::set<std::string_view> names;
    for (uint32_t i = 0; i < static_cast<uint32_t>(Gauge::kCount); ++i) {
        names.insert(gauge_name(static_cast<Gauge>(i)));
    }
    EXPECT_EQ(names.size(), static_cast<size_t>(Gauge::kCount));
    EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace berth
