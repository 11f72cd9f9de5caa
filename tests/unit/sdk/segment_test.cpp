#include "berth/cpp/segment.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::sdk {
namespace {

std::string_view bytes(const berth_seg& segment) {
    return {static_cast<const char*>(segment.u.mem), static_cast<size_t>(segment.len)};
}

TEST(Segment, SaysHowLongItsMemoryLasts) {
    EXPECT_EQ(copied("a").kind, uint32_t{BERTH_SEG_COPY});
    EXPECT_EQ(permanent("a").kind, uint32_t{BERTH_SEG_STATIC});
    EXPECT_EQ(in_arena("a").kind, uint32_t{BERTH_SEG_ARENA});
    EXPECT_EQ(bytes(permanent("hello")), "hello");
    const berth_seg part = file_part(nullptr, 10, 20);
    EXPECT_EQ(part.kind, uint32_t{BERTH_SEG_FILE});
    EXPECT_EQ(part.v.off, 10u);
    EXPECT_EQ(part.len, 20u);
}

TEST(SegmentShared, OutlivesItsHolderUntilTheLastRelease) {
    berth_seg first, second;
    {
        const SharedText text(std::string(5000, 'x').append("end"));
        first = text.segment();
        second = text.segment(5000);
    }
    EXPECT_EQ(bytes(second), "end");
    first.v.owner->retain(first.v.owner);  // as a host does that cuts the segment in two
    first.v.owner->release(first.v.owner);
    first.v.owner->release(first.v.owner);
    EXPECT_EQ(bytes(second), "end");
    second.v.owner->release(second.v.owner);  // a leak or double free fails under ASan
}

TEST(SegmentShared, CopiesAndMovesShareOneText) {
    SharedText a(std::string("text"));
    SharedText b = a;
    SharedText c = std::move(a);
    b = c;
    EXPECT_EQ(b.text().data(), c.text().data());
    EXPECT_EQ(SharedText().segment().len, 0u);
}

TEST(SegmentArena, CopyLastsInTheArena) {
    alignas(16) uint8_t memory[64];
    berth_arena arena{memory, memory + sizeof(memory)};
    berth_host host{};
    host.arena_more = [](berth_arena*, size_t, size_t) -> void* { return nullptr; };
    std::string text = "short-lived";
    const berth_sv copy = arena_copy(&host, &arena, text);
    text = "overwritten";
    EXPECT_EQ(std::string_view(copy.p, copy.n), "short-lived");
    EXPECT_NE(arena_copy(&host, &arena, "").p, nullptr);
    EXPECT_EQ(arena_copy(&host, &arena, std::string(100, 'x')).p, nullptr);
}

}  // namespace
}  // namespace berth::sdk
