// Memory that is exhausted, on the loop or on the pool, is an answer that says so.
#include "base/faulty_sys.h"
#include "file/file_service.h"
#include "support/allocation_sweep.h"
#include "support/temporary_directory.h"
#include "support/test_loop.h"
#include "support/uncached_names.h"

#include "berth/cpp/guard.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace berth {
namespace {

class MemoryExhausted : public ::testing::Test {
protected:
    static constexpr const char* kName = "a name that is no short text";

    // What came of an operation; the callback's user.
    struct Outcome {
        static Outcome& of(void* user) { return *static_cast<Outcome*>(user); }

        std::optional<berth_status> status;
        uint32_t entries = 0;
        FileRef file;
    };
    struct Operation {
        FileService& service;
        Outcome& outcome;
        berth_file_op* op = nullptr;
    };

    MemoryExhausted() {
        EXPECT_EQ(RootFolder::open(folder_.path(), root_.folder), BERTH_OK);
        table_.openat2 = testing::open_uncached;
    }

    // Whatever fails, the operation ends: well, or with an error.
    void sweep(const std::function<berth_status(Operation&)>& begin,
               const std::function<bool(const Outcome&)>& is_good) {
        testing::sweep_allocations(3, [&](int n) {
            folder_.file(kName, "hello");
            test::TestLoop loop;
            uint64_t hits = 0;
            uint64_t misses = 0;
            FileService service(*loop, 10, {&hits, &misses});
            Outcome outcome;
            Operation operation{service, outcome};
            testing::fail_allocation(n);
            berth_status status = sdk::guarded([&] { return begin(operation); });
            for (int i = 0; i < kTurnsMax && status == BERTH_PENDING; ++i) {
                loop->turn(10);
                status = outcome.status.value_or(BERTH_PENDING);
            }
            const bool failed = testing::has_failed_allocation();
            EXPECT_TRUE(status == BERTH_OK ? is_good(outcome) : failed && status < 0) << status;
            return failed;
        });
    }

    FileRef open_now(const char* path) const {
        FoundFile found = root_.folder->find(path);
        EXPECT_EQ(found.status, BERTH_OK);
        return FileRef(new berth_file(std::move(found.fd), found.stat));
    }

    static constexpr int kTurnsMax = 1'000;

    testing::TemporaryDirectory folder_;
    FaultySys table_{Faults()};
    ScopedSys scope_{table_};
    berth_root root_;
};

TEST_F(MemoryExhausted, is_told_who_opens_a_file) {
    const auto opened = [](void* user, berth_status status, berth_file* file, uint32_t) {
        Outcome::of(user).status = status;
        Outcome::of(user).file = FileRef(file);
    };
    sweep(
        [&](Operation& operation) {
            const berth_sv path{kName, std::char_traits<char>::length(kName)};
            return operation.service
                .open(root_, {&path, 1}, {opened, &operation.outcome, &operation.op})
                .status;
        },
        [](const Outcome& outcome) { return outcome.file && outcome.file->stat().size == 5; });
}

TEST_F(MemoryExhausted, is_told_who_lists_a_folder) {
    const auto listed =
        [](void* user, berth_status status, const berth_file_entry*, uint32_t n, int32_t) {
            Outcome::of(user).status = status;
            Outcome::of(user).entries = n;
        };
    const FileRef folder = open_now("");
    sweep(
        [&](Operation& operation) {
            return operation.service.list(
                *folder.get(), 10, {listed, &operation.outcome, &operation.op});
        },
        [](const Outcome& outcome) { return outcome.entries == 1; });
}

TEST_F(MemoryExhausted, is_told_who_removes_a_file) {
    const auto removed = [](void* user, berth_status status) { Outcome::of(user).status = status; };
    sweep(
        [&](Operation& operation) {
            return operation.service.remove(
                root_, kName, nullptr, {removed, &operation.outcome, &operation.op});
        },
        [&](const Outcome&) { return root_.folder->find(kName).status == BERTH_DECLINED; });
}

}  // namespace
}  // namespace berth
