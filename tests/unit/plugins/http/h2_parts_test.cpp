// The small parts of an HTTP/2 session: frame watch, budgets, queue, priorities.
#include "h2_budget.h"
#include "h2_frame_watch.h"
#include "priority.h"
#include "segment_queue.h"
#include "support/h2_wire.h"

#include "berth/cpp/segment.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace berth::http {
namespace {

namespace h2 = testing::h2;

TEST(H2PartsFrameWatch, sees_the_same_frames_however_they_are_cut) {
    const std::string bytes = h2::preface() + h2::request(1) + h2::window_update(0, 7) +
                              h2::data(1, std::string(300, 'x')) + h2::frame(8, 0, 3, "12345") +
                              h2::ping() + h2::frame(200, 255, 0x7fffffff, {});
    for (size_t piece = 1; piece <= bytes.size(); piece = piece < 40 ? piece + 1 : piece * 2) {
        H2FrameWatch watch;
        std::vector<std::pair<int, uint32_t>> seen;
        for (size_t from = 0; from < bytes.size(); from += piece) {
            const std::string part = bytes.substr(from, piece);
            size_t at = 0, begin = 0;
            while (const auto frame = watch.next(part, at, begin)) {
                EXPECT_LE(begin, at);
                seen.emplace_back(frame->type, frame->length);
                if (frame->type == H2Frame::kWindowUpdate && frame->length == 4) {
                    EXPECT_EQ(frame->number, 7u);
                }
            }
            EXPECT_EQ(at, part.size());
        }
        ASSERT_EQ(seen.size(), 7u) << piece;
        EXPECT_EQ(seen[3], (std::pair<int, uint32_t>(H2Frame::kData, 300)));
        EXPECT_EQ(seen[6], (std::pair<int, uint32_t>(200, 0)));
    }
}

TEST(H2PartsFrameWatch, tells_where_a_frame_begins) {
    H2FrameWatch watch;
    const std::string first = h2::preface(), second = h2::ping() + h2::ping();
    size_t at = 0, begin = 0;
    ASSERT_TRUE(watch.next(first, at, begin));
    EXPECT_EQ(begin, kH2Preface.size());
    EXPECT_FALSE(watch.next(first, at, begin));
    at = 0;
    ASSERT_TRUE(watch.next(second, at, begin));
    EXPECT_EQ(begin, 0u);
    ASSERT_TRUE(watch.next(second, at, begin));
    EXPECT_EQ(begin, h2::ping().size());
}

TEST(H2PartsTokenBucket, allows_a_burst_and_then_a_rate) {
    TokenBucket bucket(3, 2);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(bucket.take(1'000'000));
    }
    EXPECT_FALSE(bucket.take(1'000'000));
    EXPECT_FALSE(bucket.take(1'000'499));
    EXPECT_TRUE(bucket.take(1'000'500));
    EXPECT_FALSE(bucket.take(1'000'500));
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(bucket.take(UINT64_MAX));  // never more than the burst
    }
    EXPECT_FALSE(bucket.take(UINT64_MAX));
}

TEST(H2PartsPriority, is_read_from_a_dictionary) {
    const auto priority = [](std::string_view field) {
        const Priority parsed = parse_priority(field);
        return std::pair<int, bool>(parsed.urgency, parsed.incremental);
    };
    using Pair = std::pair<int, bool>;
    EXPECT_EQ(priority(""), Pair(3, false));
    EXPECT_EQ(priority("u=0"), Pair(0, false));
    EXPECT_EQ(priority("u=7, i"), Pair(7, true));
    EXPECT_EQ(priority("i;x=1 , u=1;y"), Pair(1, true));
    EXPECT_EQ(priority("i=?1, i=?0"), Pair(3, false));
    EXPECT_EQ(priority("u=8, u=-1, u=11, j, u=\"2\""), Pair(3, false));
}

// Counts the references that are held to it.
struct CountedOwner : berth_owner {
    CountedOwner()
        : berth_owner{[](berth_owner* o) { ++static_cast<CountedOwner*>(o)->references; },
                      [](berth_owner* o) { --static_cast<CountedOwner*>(o)->references; }} {}

    int references = 1;

    berth_seg segment(std::string_view text) {
        berth_seg segment = sdk::permanent(text);
        segment.kind = BERTH_SEG_OWNED;
        segment.v.owner = this;
        return segment;
    }
};

std::string text_of(const berth_seg& segment) {
    return {static_cast<const char*>(segment.u.mem), segment.len};
}

TEST(H2PartsSegmentQueue, gives_back_what_it_got_in_any_pieces) {
    for (uint64_t piece = 1; piece < 30; ++piece) {
        CountedOwner owner;
        std::string copy = "copied ";
        SegmentQueue queue;
        const berth_seg segments[] = {
            sdk::permanent("lasting "), owner.segment("owned "), sdk::copied(copy)};
        ASSERT_TRUE(queue.append(segments));
        copy = "changed";
        std::string all;
        while (!queue.empty()) {
            const berth_seg taken = queue.take(piece);
            EXPECT_LE(taken.len, piece);
            all += text_of(taken);
            drop_segments({&taken, 1});
        }
        EXPECT_EQ(all, "lasting owned copied ");
        EXPECT_EQ(owner.references, 0) << piece;
    }
}

TEST(H2PartsSegmentQueue, lets_go_of_what_nobody_takes) {
    CountedOwner first, second;
    {
        SegmentQueue queue;
        const berth_seg segments[] = {first.segment("abc"), second.segment("def")};
        ASSERT_TRUE(queue.append(segments));
        const berth_seg piece = queue.take(1);
        drop_segments({&piece, 1});
        EXPECT_EQ(first.references, 1);
    }
    EXPECT_EQ(first.references, 0);
    EXPECT_EQ(second.references, 0);
}

TEST(H2PartsSegmentQueue, never_grows_while_it_flows) {
    SegmentQueue queue;
    const berth_seg segment = sdk::permanent("abc");
    ASSERT_TRUE(queue.append({&segment, 1}));
    for (int i = 0; i < 1000; ++i) {
        ASSERT_TRUE(queue.append({&segment, 1}));
        EXPECT_EQ(text_of(queue.take(3)), "abc");
        EXPECT_EQ(queue.bytes(), 3u);
    }
}

}  // namespace
}  // namespace berth::http
