#include "net/output_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace berth {
namespace {

struct CountingOwner : berth_owner {
    CountingOwner()
        : berth_owner{nullptr, [](berth_owner* o) { ++static_cast<CountingOwner*>(o)->released; }} {
    }
    int released = 0;
};

const uint8_t* bytes(const std::string& text) {
    const void* plain = text.data();
    return static_cast<const uint8_t*>(plain);
}

std::string content(const OutputQueue& queue, size_t at_most = SIZE_MAX) {
    std::array<iovec, 64> pieces;
    const size_t count = queue.gather(pieces, at_most);
    std::string all;
    for (size_t i = 0; i < count; ++i) {
        all.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
    }
    return all;
}

TEST(OutputQueue, joins_neighbours_in_the_turn_buffer) {
    const std::string turn = "abcdef";
    OutputQueue queue;
    queue.add_turn(bytes(turn), 2);
    queue.add_turn(bytes(turn) + 2, 3);
    std::array<iovec, 4> pieces;
    EXPECT_EQ(queue.gather(pieces, SIZE_MAX), 1u);
    EXPECT_EQ(content(queue), "abcde");
}

TEST(OutputQueue, keeps_the_order_of_all_kinds) {
    const std::string turn = "turn,", owned = "owned,", fixed = "static,", copy = "copy,";
    CountingOwner owner;
    OutputQueue queue;
    queue.add_turn(bytes(turn), turn.size());
    queue.add_reference(bytes(owned), owned.size(), &owner);
    queue.add_reference(bytes(fixed), fixed.size(), nullptr);
    ASSERT_TRUE(queue.add_copy(bytes(copy), copy.size()));
    queue.add_turn(bytes(turn), turn.size());
    EXPECT_EQ(content(queue), "turn,owned,static,copy,turn,");
    EXPECT_EQ(queue.bytes(), content(queue).size());
}

TEST(OutputQueue, releases_an_owner_when_its_last_byte_is_sent) {
    const std::string text = "0123456789";
    CountingOwner owner;
    OutputQueue queue;
    queue.add_reference(bytes(text), text.size(), &owner);
    queue.consume(9);
    EXPECT_EQ(owner.released, 0);
    EXPECT_EQ(content(queue), "9");
    queue.consume(1);
    EXPECT_EQ(owner.released, 1);
    EXPECT_TRUE(queue.empty());
}

TEST(OutputQueue, releases_what_it_never_sent) {
    const std::string text = "0123456789";
    CountingOwner owner;
    {
        OutputQueue queue;
        queue.add_reference(bytes(text), text.size(), &owner);
        queue.add_reference(bytes(text), text.size(), &owner);
        queue.consume(10);
    }
    EXPECT_EQ(owner.released, 2);
}

TEST(OutputQueue, moves_turn_bytes_to_the_heap) {
    std::string turn = "first second";
    const std::string fixed = "|static|";
    OutputQueue queue;
    queue.add_turn(bytes(turn), 6);
    queue.add_reference(bytes(fixed), fixed.size(), nullptr);
    queue.add_turn(bytes(turn) + 6, 6);
    queue.consume(2);
    ASSERT_TRUE(queue.keep());
    turn.assign(turn.size(), '!');
    EXPECT_EQ(content(queue), "rst |static|second");
}

TEST(OutputQueue, fills_a_block_before_it_takes_another) {
    const LiveCount before = live_count(LiveKind::kHeapBlock);
    OutputQueue queue;
    const std::string text(100, 'x');
    for (int i = 0; i < 40; ++i) {
        ASSERT_TRUE(queue.add_copy(bytes(text), text.size()));
    }
    EXPECT_EQ(live_count(LiveKind::kHeapBlock).objects, before.objects + 1);
    EXPECT_EQ(content(queue), std::string(4000, 'x'));
    queue.clear();
    EXPECT_EQ(live_count(LiveKind::kHeapBlock).objects, before.objects);
    EXPECT_EQ(live_count(LiveKind::kHeapBlock).bytes, before.bytes);
}

TEST(OutputQueue, gathers_no_more_than_asked) {
    const std::string text = "0123456789";
    OutputQueue queue;
    queue.add_reference(bytes(text), 10, nullptr);
    queue.add_reference(bytes(text), 10, nullptr);
    EXPECT_EQ(content(queue, 13), "0123456789012");
    std::array<iovec, 1> one;
    EXPECT_EQ(queue.gather(one, SIZE_MAX), 1u);
    EXPECT_EQ(one[0].iov_len, 10u);
}

TEST(OutputQueue, gives_every_byte_once_however_it_is_consumed) {
    std::mt19937 random(3);
    std::string expected, got;
    std::string turn(4096, '\0');
    for (char& letter : turn) {
        letter = static_cast<char>('a' + random() % 26);
    }
    OutputQueue queue;
    for (int step = 0; step < 5000; ++step) {
        const size_t at = random() % 4000, n = 1 + random() % 90;
        const std::string piece = turn.substr(at, n);
        expected += piece;
        switch (random() % 3) {
            case 0:
                queue.add_turn(bytes(turn) + at, piece.size());
                break;
            case 1:
                queue.add_reference(bytes(turn) + at, piece.size(), nullptr);
                break;
            default:
                ASSERT_TRUE(queue.add_copy(bytes(piece), piece.size()));
        }
        if (random() % 4 == 0) {
            ASSERT_TRUE(queue.keep());
        }
        const std::string taken = content(queue, random() % 120);
        got += taken;
        queue.consume(taken.size());
    }
    while (!queue.empty()) {
        const std::string taken = content(queue, 100);
        got += taken;
        queue.consume(taken.size());
    }
    EXPECT_EQ(got, expected);
}

}  // namespace
}  // namespace berth
