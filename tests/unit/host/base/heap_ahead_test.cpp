// When the system is asked for pages of the heap, and for how many.
#include "base/heap_ahead.h"

#include "base/sys.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <vector>

namespace berth {
namespace {

std::vector<size_t> asked;  // bytes of each call

int count_and_fail(void* pages, size_t bytes, int advice) {
    EXPECT_EQ(std::bit_cast<uintptr_t>(pages) % 4096, 0u);
    EXPECT_EQ(advice, MADV_POPULATE_WRITE);
    asked.push_back(bytes);
    errno = EINVAL;  // an old kernel: it is only slower
    return -1;
}

class HeapAheadTest : public ::testing::Test {
protected:
    HeapAheadTest() {
        asked.clear();
        table_.madvise = count_and_fail;
    }
    size_t sum() const {
        size_t bytes = 0;
        for (const size_t each : asked) {
            bytes += each;
        }
        return bytes;
    }

    Sys table_ = real_sys();
    ScopedSys scope_{table_};
    HeapAhead heap_;
};

TEST_F(HeapAheadTest, asks_for_as_much_again_at_most) {
    size_t taken = 0;
    for (int i = 0; i < 200; ++i) {
        heap_.take(1'000);
        taken += 1'000;
        EXPECT_LE(sum(), 2 * taken);
    }
    EXPECT_GE(sum(), taken / 2);
}

TEST_F(HeapAheadTest, asks_in_long_stretches) {
    for (int i = 0; i < 10'000; ++i) {
        heap_.take(1'000);
    }
    EXPECT_LE(*std::max_element(asked.begin(), asked.end()), HeapAhead::kStretchMax);
    EXPECT_LE(asked.size(), 10'000'000 / HeapAhead::kStretchMax + 16);
}

}  // namespace
}  // namespace berth
