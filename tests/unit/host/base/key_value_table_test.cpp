#include "base/key_value_table.h"

#include "base/faulty_sys.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace berth {
namespace {

constexpr SipKey kKey{1, 2};

class KeyValueTableTest : public testing::Test {
protected:
    KeyValueTableTest() { clock_.set_clock_us(1'000'000'000); }

    int64_t add(std::string_view key, int64_t delta, uint64_t ttl_ms = 0) {
        int64_t sum = -1;
        EXPECT_EQ(table_->add(key, delta, ttl_ms, sum), BERTH_OK);
        return sum;
    }
    std::string get(std::string_view key) {
        char value[KeyValueTable::kValueMax];
        size_t size = sizeof(value);
        const berth_status status = table_->get(key, value, size);
        return status == BERTH_OK ? std::string(value, size) : "none";
    }

    FaultySys clock_{Faults{}};
    const ScopedSys scope_{clock_};
    std::unique_ptr<KeyValueTable> table_ = std::move(KeyValueTable::make(64, kKey)).value();
};

TEST_F(KeyValueTableTest, adds_to_a_number_that_begins_with_zero) {
    EXPECT_EQ(add("a", 5), 5);
    EXPECT_EQ(add("a", -7), -2);
    EXPECT_EQ(add("b", 1), 1);
    EXPECT_EQ(add("a", 0), -2);
}

TEST_F(KeyValueTableTest, stops_at_the_ends_of_the_type) {
    add("a", INT64_MAX);
    EXPECT_EQ(add("a", 1), INT64_MAX);
    add("b", INT64_MIN);
    EXPECT_EQ(add("b", -1), INT64_MIN);
}

TEST_F(KeyValueTableTest, forgets_a_number_when_its_time_is_over) {
    EXPECT_EQ(add("a", 1, 1000), 1);
    clock_.advance_ms(999);
    EXPECT_EQ(add("a", 1, 1000), 2) << "adding does not make it live longer";
    clock_.advance_ms(1);
    EXPECT_EQ(add("a", 1, 1000), 1);
    EXPECT_EQ(add("b", 1, UINT64_MAX), 1);
    clock_.advance_ms(1'000'000'000);
    EXPECT_EQ(add("b", 1), 2);
}

TEST_F(KeyValueTableTest, swaps_only_the_number_that_was_seen) {
    int64_t seen = 0;
    EXPECT_EQ(table_->swap("a", seen, 10, 1000), BERTH_OK);
    EXPECT_EQ(seen, 0);
    EXPECT_EQ(table_->swap("a", seen, 20, 1000), BERTH_AGAIN);
    EXPECT_EQ(seen, 10);
    EXPECT_EQ(table_->swap("a", seen, 20, 1000), BERTH_OK);
    EXPECT_EQ(add("a", 0), 20);
    seen = 7;
    EXPECT_EQ(table_->swap("b", seen, 1, 0), BERTH_AGAIN);
    EXPECT_EQ(get("b"), "none");
}

TEST_F(KeyValueTableTest, swapping_makes_it_live_longer) {
    int64_t seen = 0;
    ASSERT_EQ(table_->swap("a", seen, 10, 1000), BERTH_OK);
    clock_.advance_ms(900);
    seen = 10;
    ASSERT_EQ(table_->swap("a", seen, 20, 1000), BERTH_OK);
    clock_.advance_ms(900);
    EXPECT_EQ(add("a", 0), 20);
}

TEST_F(KeyValueTableTest, keeps_bytes) {
    EXPECT_EQ(get("a"), "none");
    EXPECT_EQ(table_->put("a", "hello", 1000), BERTH_OK);
    EXPECT_EQ(get("a"), "hello");
    clock_.advance_ms(900);
    EXPECT_EQ(table_->put("a", "again", 1000), BERTH_OK);
    clock_.advance_ms(900);
    EXPECT_EQ(get("a"), "again") << "setting makes it live longer";
    clock_.advance_ms(100);
    EXPECT_EQ(get("a"), "none");
}

TEST_F(KeyValueTableTest, forgets_a_key_with_an_empty_value) {
    ASSERT_EQ(table_->put("a", "x", 0), BERTH_OK);
    EXPECT_EQ(table_->put("a", "", 0), BERTH_OK);
    EXPECT_EQ(get("a"), "none");
    EXPECT_EQ(table_->put("never there", "", 0), BERTH_OK);
}

TEST_F(KeyValueTableTest, copies_as_much_as_there_is_room_for) {
    ASSERT_EQ(table_->put("a", "hello", 0), BERTH_OK);
    char value[3] = {};
    size_t size = 2;
    EXPECT_EQ(table_->get("a", value, size), BERTH_OK);
    EXPECT_EQ(size, 5u);
    EXPECT_STREQ(value, "he");
}

TEST_F(KeyValueTableTest, refuses_keys_and_values_that_do_not_fit) {
    int64_t sum = 0;
    size_t size = 0;
    const std::string longest(KeyValueTable::kKeyMax, 'k');
    const std::string value(KeyValueTable::kValueMax, 'v');
    EXPECT_EQ(table_->put(longest, value, 0), BERTH_OK);
    EXPECT_EQ(get(longest), value);
    for (const std::string& bad : {std::string(), longest + "k"}) {
        EXPECT_EQ(table_->add(bad, 1, 0, sum), BERTH_E_INVAL);
        EXPECT_EQ(table_->swap(bad, sum, 1, 0), BERTH_E_INVAL);
        EXPECT_EQ(table_->get(bad, nullptr, size), BERTH_E_INVAL);
        EXPECT_EQ(table_->put(bad, "x", 0), BERTH_E_INVAL);
    }
    EXPECT_EQ(table_->put("a", value + "v", 0), BERTH_E_INVAL);
}

TEST_F(KeyValueTableTest, tells_numbers_from_bytes) {
    ASSERT_EQ(table_->put("a", "hello", 0), BERTH_OK);
    int64_t sum = 0;
    EXPECT_EQ(table_->add("a", 1, 0, sum), BERTH_E_STATE);
    EXPECT_EQ(get("a"), "hello");
}

TEST_F(KeyValueTableTest, takes_the_place_of_the_longest_unused_when_full) {
    uint64_t evictions = 0;
    const auto small = std::move(KeyValueTable::make(8, kKey)).value();
    small->count_evictions(&evictions);
    int64_t sum = 0;
    for (int i = 0; i < 8; ++i) {
        clock_.advance_ms(1);
        ASSERT_EQ(small->add("key" + std::to_string(i), 1, 0, sum), BERTH_OK);
    }
    clock_.advance_ms(1);
    ASSERT_EQ(small->add("key0", 1, 0, sum), BERTH_OK);
    EXPECT_EQ(evictions, 0u);
    ASSERT_EQ(small->add("new", 1, 0, sum), BERTH_OK);
    EXPECT_EQ(evictions, 1u);
    ASSERT_EQ(small->add("key0", 1, 0, sum), BERTH_OK);
    EXPECT_EQ(sum, 3) << "was used a moment ago";
    ASSERT_EQ(small->add("key1", 1, 0, sum), BERTH_OK);
    EXPECT_EQ(sum, 1) << "was not used for the longest time";
}

TEST_F(KeyValueTableTest, takes_an_expired_place_before_a_live_one) {
    uint64_t evictions = 0;
    const auto small = std::move(KeyValueTable::make(8, kKey)).value();
    small->count_evictions(&evictions);
    int64_t sum = 0;
    for (int i = 0; i < 8; ++i) {
        ASSERT_EQ(small->add("key" + std::to_string(i), 1, i == 5 ? 10 : 0, sum), BERTH_OK);
    }
    clock_.advance_ms(10);
    for (const char* key : {"key0", "key7", "new"}) {
        ASSERT_EQ(small->add(key, 1, 0, sum), BERTH_OK);
    }
    EXPECT_EQ(sum, 1);
    EXPECT_EQ(evictions, 0u);
}

TEST_F(KeyValueTableTest, holds_thousands_of_keys) {
    const auto large = std::move(KeyValueTable::make(65536, kKey)).value();
    int64_t sum = 0;
    for (int i = 0; i < 8000; ++i) {
        ASSERT_EQ(large->add("key" + std::to_string(i), i, 0, sum), BERTH_OK);
    }
    for (int i = 0; i < 8000; ++i) {
        ASSERT_EQ(large->add("key" + std::to_string(i), 0, 0, sum), BERTH_OK);
        ASSERT_EQ(sum, i);
    }
}

TEST(KeyValueTable, counts_exactly_from_many_processes_and_threads) {
    const auto table = std::move(KeyValueTable::make(64, kKey)).value();
    constexpr int kProcesses = 4, kThreads = 2, kAdds = 2000;
    const auto work = [&] {
        for (int i = 0; i < kAdds; ++i) {
            int64_t sum = 0;
            while (table->add("shared", 1, 0, sum) != BERTH_OK) {
            }
        }
    };
    for (int i = 0; i < kProcesses; ++i) {
        if (::fork() == 0) {
            std::vector<std::thread> threads;
            for (int t = 0; t < kThreads; ++t) {
                threads.emplace_back(work);
            }
            for (std::thread& thread : threads) {
                thread.join();
            }
            ::_exit(0);
        }
    }
    for (int i = 0; i < kProcesses; ++i) {
        ::wait(nullptr);
    }
    int64_t sum = 0;
    ASSERT_EQ(table->add("shared", 0, 0, sum), BERTH_OK);
    EXPECT_EQ(sum, kProcesses * kThreads * kAdds);
}

// A child that is killed while it holds the bucket of "a": copying the value out faults.
void die_holding(KeyValueTable& table) {
    int64_t sum = 0;
    ASSERT_EQ(table.add("a", 1, 0, sum), BERTH_OK);
    const pid_t child = ::fork();
    if (child == 0) {
        std::signal(SIGSEGV, [](int) { std::raise(SIGKILL); });
        void* const nowhere = ::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        size_t size = 8;
        static_cast<void>(table.get("a", nowhere, size));
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_EQ(WTERMSIG(status), SIGKILL);
}

TEST(KeyValueTable, goes_on_after_a_process_was_killed_in_it) {
    const auto table = std::move(KeyValueTable::make(8, kKey)).value();
    die_holding(*table);
    timespec now{};
    real_sys().clock_gettime(CLOCK_MONOTONIC, &now);
    FaultySys clock{Faults{}};
    clock.set_clock_us(static_cast<uint64_t>(now.tv_sec) * 1'000'000 + 1'000'000 +
                       KeyValueTable::kLockAgeMs * 1000);
    const ScopedSys scope(clock);
    int64_t sum = 0;
    EXPECT_EQ(table->add("a", 1, 0, sum), BERTH_OK);
    EXPECT_EQ(sum, 1) << "what the bucket held is forgotten";
    EXPECT_EQ(table->add("a", 1, 0, sum), BERTH_OK);
    EXPECT_EQ(sum, 2);
}

TEST(KeyValueTable, does_not_wait_for_long) {
    const auto table = std::move(KeyValueTable::make(8, kKey)).value();
    die_holding(*table);
    int64_t sum = 0;
    berth_status status = BERTH_E_TIMEOUT;
    int busy = 0;
    // On the real clock: each try gives up, until the lock is so old that its holder must be dead.
    while ((status = table->add("a", 1, 0, sum)) == BERTH_E_TIMEOUT) {
        ++busy;
    }
    EXPECT_EQ(status, BERTH_OK);
    EXPECT_GT(busy, 0);
    EXPECT_EQ(sum, 1);
}

TEST(KeyValueTable, survives_processes_that_are_killed_at_random) {
    const auto table = std::move(KeyValueTable::make(8, kKey)).value();
    for (int round = 0; round < 30; ++round) {
        const pid_t child = ::fork();
        if (child == 0) {
            for (int64_t sum = 0;;) {
                static_cast<void>(table->add("a", 1, 0, sum));
            }
        }
        int64_t sum = 0;
        for (int i = 0; i < 200; ++i) {
            static_cast<void>(table->add("b", 1, 0, sum));
        }
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    int64_t sum = 0;
    while (table->add("c", 1, 0, sum) != BERTH_OK) {
    }
    EXPECT_EQ(sum, 1);
}

// A worker that is taken over may write anything into the memory.
TEST(KeyValueTable, survives_garbage) {
    const auto table = std::move(KeyValueTable::make(64, kKey)).value();
    const pid_t child = ::fork();
    if (child == 0) {
        // The members of the table are private; its mapping is the one that is shared and writable.
        FILE* maps = std::fopen("/proc/self/maps", "r");
        char line[512];
        while (std::fgets(line, sizeof(line), maps) != nullptr) {
            uintptr_t from = 0, to = 0;
            if (std::strstr(line, "rw-s") != nullptr &&
                std::sscanf(line, "%lx-%lx", &from, &to) == 2) {
                std::memset(reinterpret_cast<void*>(from), 0xff, to - from);
            }
        }
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    char value[KeyValueTable::kValueMax];
    for (int i = 0; i < 100; ++i) {
        const std::string key = "key" + std::to_string(i);
        int64_t number = 0;
        size_t size = sizeof(value);
        static_cast<void>(table->get(key, value, size));
        EXPECT_LE(size, sizeof(value));
        EXPECT_EQ(table->add(key, 1, 0, number), BERTH_OK);
    }
}

}  // namespace
}  // namespace berth
