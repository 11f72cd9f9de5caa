#include "base/counter_page.h"

#include "base/faulty_sys.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <string>

namespace berth {
namespace {

std::map<std::string, uint64_t> all_of(const CounterPage& page) {
    std::map<std::string, uint64_t> all;
    page.for_each([&](std::string_view name, uint64_t sum) { all.emplace(name, sum); });
    return all;
}

class CounterPageTest : public testing::Test {
protected:
    std::unique_ptr<CounterPage> page_ = std::move(CounterPage::make(3, 8)).value();
};

TEST_F(CounterPageTest, sums_over_slots) {
    *page_->cell(0, "berth_requests_total") += 5;
    *page_->cell(2, "berth_requests_total") += 7;
    *page_->cell(1, "other") += 1;
    EXPECT_EQ(all_of(*page_),
              (std::map<std::string, uint64_t>{{"berth_requests_total", 12}, {"other", 1}}));
    EXPECT_EQ(page_->sum("berth_requests_total"), 12u);
    EXPECT_EQ(page_->sum("missing"), 0u);
}

TEST_F(CounterPageTest, gives_the_same_cell_for_the_same_name) {
    EXPECT_EQ(page_->cell(1, "a"), page_->cell(1, "a"));
    EXPECT_NE(page_->cell(1, "a"), page_->cell(0, "a"));
    EXPECT_NE(page_->cell(1, "a"), page_->cell(1, "b"));
}

TEST_F(CounterPageTest, gives_an_unread_cell_when_full) {
    for (int i = 0; i < 8; ++i) {
        *page_->cell(0, "name" + std::to_string(i)) = 1;
    }
    uint64_t* spare = page_->cell(0, "one too many");
    ASSERT_NE(spare, nullptr);
    *spare = 99;
    EXPECT_EQ(all_of(*page_).size(), 8u);
    EXPECT_EQ(page_->sum("one too many"), 0u);
    EXPECT_NE(page_->cell(2, "name7"), spare);
}

TEST_F(CounterPageTest, refuses_bad_slots_and_names) {
    uint64_t* spare = page_->cell(3, "a");
    EXPECT_EQ(page_->cell(UINT32_MAX, "a"), spare);
    EXPECT_EQ(page_->cell(0, ""), spare);
    EXPECT_EQ(page_->cell(0, std::string(CounterPage::kNameMax + 1, 'x')), spare);
    EXPECT_TRUE(all_of(*page_).empty());
}

TEST_F(CounterPageTest, keeps_a_name_of_full_length) {
    const std::string longest(CounterPage::kNameMax, 'x');
    *page_->cell(0, longest) = 3;
    EXPECT_EQ(page_->sum(longest), 3u);
}

TEST_F(CounterPageTest, is_shared_with_children) {
    const pid_t child = ::fork();
    if (child == 0) {
        *page_->cell(1, "from the child") = 42;
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(page_->sum("from the child"), 42u);
}

TEST_F(CounterPageTest, registers_a_name_once_however_many_processes_ask) {
    constexpr int kChildren = 8;
    for (int i = 0; i < kChildren; ++i) {
        if (::fork() == 0) {
            for (int n = 0; n < 6; ++n) {
                __atomic_fetch_add(
                    page_->cell(0, "shared" + std::to_string(n)), 1, __ATOMIC_RELAXED);
            }
            ::_exit(0);
        }
    }
    for (int i = 0; i < kChildren; ++i) {
        ::wait(nullptr);
    }
    size_t names = 0;
    page_->for_each([&](std::string_view, uint64_t sum) {
        ++names;
        EXPECT_EQ(sum, uint64_t{kChildren});
    });
    EXPECT_EQ(names, 6u);
}

TEST(CounterPage, says_when_there_is_no_memory) {
    Faults faults;
    faults.fail_at = 1;
    FaultySys table(faults);
    const ScopedSys scope(table);
    const auto page = CounterPage::make(1, 1);
    ASSERT_FALSE(page.ok());
    EXPECT_EQ(page.error().code, ENOMEM);
}

}  // namespace
}  // namespace berth
