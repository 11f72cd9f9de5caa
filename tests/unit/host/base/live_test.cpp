#include "base/live.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

namespace berth {
namespace {

struct Thing {
    int value = 0;
    [[no_unique_address]] Live<LiveKind::kTask> live;
};

TEST(Live, counts_objects_while_they_live) {
    const uint64_t before = live_count(LiveKind::kTask).objects;
    {
        const Thing one;
        const Thing copy = one;
        EXPECT_EQ(live_count(LiveKind::kTask).objects, before + 2);
    }
    EXPECT_EQ(live_count(LiveKind::kTask).objects, before);
}

TEST(Live, counts_bytes) {
    const LiveCount before = live_count(LiveKind::kArena);
    live_add<LiveKind::kArena>(1, 4096);
    EXPECT_EQ(live_count(LiveKind::kArena).bytes, before.bytes + 4096);
    live_remove<LiveKind::kArena>(1, 4096);
    EXPECT_EQ(live_count(LiveKind::kArena).bytes, before.bytes);
    EXPECT_EQ(live_count(LiveKind::kArena).objects, before.objects);
}

TEST(Live, takes_no_room_in_its_owner) {
    EXPECT_EQ(sizeof(Thing), sizeof(int));
}

TEST(Live, loses_no_descriptor_of_another_thread) {
    const uint64_t before = live_count(LiveKind::kFd).objects;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([] {
            for (int n = 0; n < 10'000; ++n) {
                live_add<LiveKind::kFd>(2);
                live_remove<LiveKind::kFd>(1);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(live_count(LiveKind::kFd).objects, before + 40'000);
    live_remove<LiveKind::kFd>(40'000);
}

TEST(Live, names_every_kind) {
    std::set<std::string_view> names;
    for (size_t i = 0; i < kLiveKinds; ++i) {
        names.insert(live_name(static_cast<LiveKind>(i)));
    }
    EXPECT_EQ(names.size(), kLiveKinds);
    EXPECT_FALSE(names.contains(""));
    EXPECT_EQ(live_counts().size(), kLiveKinds);
}

}  // namespace
}  // namespace berth
