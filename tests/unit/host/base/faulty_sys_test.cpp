#include "base/faulty_sys.h"

#include "base/unique_fd.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cerrno>
#include <vector>

namespace berth {
namespace {

std::vector<size_t> io_maxima(uint64_t seed) {
    Faults faults;
    faults.seed = seed;
    faults.short_max = 10;
    FaultySys table(faults);
    const ScopedSys scope(table);
    std::vector<size_t> seen;
    for (int i = 0; i < 50; ++i) {
        char byte = 0;
        sys().read(-1, &byte, 1);
        seen.push_back(sys().io_max);
    }
    return seen;
}

TEST(FaultySys, fails_the_call_that_it_was_told_to) {
    Faults faults;
    faults.fail_at = 2;
    faults.fail_errno = EMFILE;
    FaultySys table(faults);
    const ScopedSys scope(table);
    const UniqueFd first(sys().socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_TRUE(first.valid());
    EXPECT_EQ(sys().socket(AF_UNIX, SOCK_STREAM, 0), -1);
    EXPECT_EQ(errno, EMFILE);
    const UniqueFd third(sys().socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_TRUE(third.valid());
    EXPECT_EQ(table.calls(), 3u);
}

TEST(FaultySys, fails_mmap_in_its_own_way) {
    Faults faults;
    faults.fail_at = 1;
    FaultySys table(faults);
    const ScopedSys scope(table);
    EXPECT_EQ(sys().mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), MAP_FAILED);
}

TEST(FaultySys, shortens_by_seed) {
    const auto first = io_maxima(1);
    EXPECT_EQ(first, io_maxima(1));
    EXPECT_NE(first, io_maxima(2));
    for (const size_t n : first) {
        EXPECT_GE(n, 1u);
        EXPECT_LE(n, 10u);
    }
}

TEST(FaultySys, shows_its_own_clock) {
    FaultySys table({});
    const ScopedSys scope(table);
    timespec now{};
    sys().clock_gettime(CLOCK_MONOTONIC, &now);
    EXPECT_GT(now.tv_sec, 0);
    table.set_clock_us(5'000'001);
    table.advance_ms(1'500);
    sys().clock_gettime(CLOCK_MONOTONIC, &now);
    EXPECT_EQ(now.tv_sec, 6);
    EXPECT_EQ(now.tv_nsec, 500'001'000);
}

TEST(FaultySys, gives_the_kernels_table_back) {
    {
        FaultySys table({});
        const ScopedSys scope(table);
        EXPECT_NE(&sys(), &real_sys());
    }
    EXPECT_EQ(&sys(), &real_sys());
}

TEST(FaultySys, reads_its_plan) {
    const auto plan = parse_faults("seed=7,short=5,eintr=10,eagain=3,fail=120,errno=32");
    ASSERT_TRUE(plan.ok());
    EXPECT_EQ(plan.value().seed, 7u);
    EXPECT_EQ(plan.value().short_max, 5u);
    EXPECT_EQ(plan.value().eintr_percent, 10u);
    EXPECT_EQ(plan.value().eagain_percent, 3u);
    EXPECT_EQ(plan.value().fail_at, 120u);
    EXPECT_EQ(plan.value().fail_errno, 32);
    for (const char* bad : {"short", "short=", "short=x", "=5", "loud=1", "short=1;2", "errno=0"}) {
        EXPECT_FALSE(parse_faults(bad).ok()) << bad;
    }
}

}  // namespace
}  // namespace berth
