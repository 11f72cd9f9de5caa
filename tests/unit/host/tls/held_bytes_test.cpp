#include "tls/held_bytes.h"

#include "base/live.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <string_view>

namespace berth {
namespace {

std::span<const uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string text_of(const HeldBytes& held) {
    const auto bytes = held.bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void receive(HeldBytes& held, std::string_view text) {
    const auto room = held.claim();
    std::memcpy(room.data(), text.data(), text.size());
    held.filled(text.size());
}

TEST(HeldBytes, stay_in_the_shared_buffer) {
    SharedBuffer shared(16);
    HeldBytes held(shared);
    receive(held, "abc");
    EXPECT_EQ(text_of(held), "abc");
    EXPECT_EQ(held.bytes().data(), shared.bytes.get());
    held.consume(1);
    EXPECT_EQ(text_of(held), "bc");
    held.consume(2);
    EXPECT_TRUE(held.empty());
    EXPECT_EQ(shared.owner, nullptr);
}

TEST(HeldBytes, move_when_another_connection_needs_the_buffer) {
    SharedBuffer shared(16);
    HeldBytes first(shared), second(shared);
    receive(first, "first");
    first.consume(2);
    receive(second, "second");
    EXPECT_EQ(text_of(first), "rst");
    EXPECT_EQ(text_of(second), "second");
    EXPECT_EQ(shared.owner, &second);
    first.consume(3);
    EXPECT_TRUE(first.empty());
    EXPECT_EQ(shared.owner, &second) << "the first no longer owned it";
}

TEST(HeldBytes, append_keeps_order_on_the_way_to_the_heap) {
    SharedBuffer shared(8);
    HeldBytes held(shared);
    std::string all;
    for (const char* part : {"abc", "defg", "hijkl", "m"}) {
        ASSERT_TRUE(held.append(bytes_of(part)));
        all += part;
        EXPECT_EQ(text_of(held), all);
    }
    EXPECT_EQ(shared.owner, nullptr);
    held.consume(5);
    EXPECT_EQ(text_of(held), all.substr(5));
    ASSERT_TRUE(held.append(bytes_of("n")));
    EXPECT_EQ(text_of(held), all.substr(5) + "n");
}

TEST(HeldBytes, append_has_a_limit) {
    SharedBuffer shared(8);
    HeldBytes held(shared);
    const std::string most(HeldBytes::kHeapMax, 'x');
    EXPECT_TRUE(held.append(bytes_of(most)));
    EXPECT_FALSE(held.append(bytes_of("y")));
    EXPECT_EQ(held.bytes().size(), most.size());
}

TEST(HeldBytes, room_is_what_fits_without_the_heap) {
    SharedBuffer shared(8);
    HeldBytes held(shared), other(shared);
    EXPECT_EQ(held.room(), 8u);
    held.append(bytes_of("abc"));
    EXPECT_EQ(held.room(), 5u);
    other.append(bytes_of("x"));
    EXPECT_EQ(held.room(), 0u);
}

TEST(HeldBytes, count_what_they_take_of_the_heap) {
    const LiveCount before = live_count(LiveKind::kHeapBlock);
    SharedBuffer shared(4);
    {
        HeldBytes held(shared);
        held.append(bytes_of("abc"));
        EXPECT_EQ(live_count(LiveKind::kHeapBlock).objects, before.objects);
        held.append(bytes_of("defghi"));
        EXPECT_EQ(live_count(LiveKind::kHeapBlock).objects, before.objects + 1);
        EXPECT_GE(live_count(LiveKind::kHeapBlock).bytes, before.bytes + 9);
        held.consume(9);
        EXPECT_EQ(live_count(LiveKind::kHeapBlock).bytes, before.bytes);
        held.append(bytes_of("abcdef"));
    }
    EXPECT_EQ(live_count(LiveKind::kHeapBlock).objects, before.objects);
    EXPECT_EQ(live_count(LiveKind::kHeapBlock).bytes, before.bytes);
}

TEST(HeldBytes, give_the_buffer_back_when_they_die) {
    SharedBuffer shared(8);
    {
        HeldBytes held(shared);
        held.append(bytes_of("abc"));
    }
    EXPECT_EQ(shared.owner, nullptr);
}

}  // namespace
}  // namespace berth
