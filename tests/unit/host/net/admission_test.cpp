#include "net/admission.h"

#include <gtest/gtest.h>

namespace berth {
namespace {

const SocketAddress kPeer = SocketAddress::ip("192.0.2.1", 1).value();

class CountingWaiter final : public Admission::Waiter {
public:
    void on_gate_open() override { ++told; }
    int told = 0;
};

TEST(Admission, a_slot_gives_its_place_back) {
    Admission admission({.connections_max = 10, .handshakes_max = 10}, 1);
    {
        const ConnectionSlot first = admission.admit(kPeer, {1});
        EXPECT_TRUE(first);
        EXPECT_FALSE(admission.admit(kPeer, {1}));
        EXPECT_EQ(admission.connections(), 1U);
    }
    EXPECT_EQ(admission.connections(), 0U);
    EXPECT_TRUE(admission.admit(kPeer, {1}));
}

TEST(Admission, a_moved_slot_counts_once) {
    Admission admission({}, 1);
    ConnectionSlot first = admission.admit(kPeer, {9});
    ConnectionSlot second = std::move(first);
    EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): what is tested
    first = std::move(second);
    EXPECT_EQ(admission.connections(), 1U);
    first = {};
    EXPECT_EQ(admission.connections(), 0U);
}

TEST(Admission, the_gate_closes_at_the_limit_and_opens_once) {
    Admission admission({.connections_max = 2, .handshakes_max = 10}, 1);
    CountingWaiter waiter;
    admission.add(waiter);
    ConnectionSlot first = admission.admit(kPeer, {9});
    EXPECT_EQ(admission.gate(), Admission::Gate::kOpen);
    ConnectionSlot second = admission.admit(kPeer, {9});
    EXPECT_EQ(admission.gate(), Admission::Gate::kConnections);
    first = {};
    EXPECT_EQ(admission.gate(), Admission::Gate::kOpen);
    EXPECT_EQ(waiter.told, 1);
    second = {};
    EXPECT_EQ(waiter.told, 1);
}

TEST(Admission, handshakes_close_the_gate_too) {
    Admission admission({.connections_max = 10, .handshakes_max = 1}, 1);
    CountingWaiter waiter;
    admission.add(waiter);
    {
        const HandshakeSlot handshake = admission.begin_handshake();
        EXPECT_EQ(admission.gate(), Admission::Gate::kHandshakes);
        EXPECT_EQ(admission.handshakes(), 1U);
    }
    EXPECT_EQ(admission.gate(), Admission::Gate::kOpen);
    EXPECT_EQ(waiter.told, 1);
}

TEST(Admission, nobody_is_told_while_another_limit_holds) {
    Admission admission({.connections_max = 1, .handshakes_max = 1}, 1);
    CountingWaiter waiter;
    admission.add(waiter);
    ConnectionSlot connection = admission.admit(kPeer, {9});
    HandshakeSlot handshake = admission.begin_handshake();
    handshake = {};
    EXPECT_EQ(waiter.told, 0);
    connection = {};
    EXPECT_EQ(waiter.told, 1);
}

TEST(Admission, a_part_obeys_its_own_limits_and_those_of_the_whole) {
    Admission whole({.connections_max = 2, .handshakes_max = 9}, 1);
    Admission small({.connections_max = 1, .handshakes_max = 9}, whole);
    Admission large({.connections_max = 9, .handshakes_max = 9}, whole);
    CountingWaiter of_small, of_large;
    small.add(of_small);
    large.add(of_large);
    ConnectionSlot first = small.admit(kPeer, {2});
    EXPECT_EQ(small.gate(), Admission::Gate::kConnections);
    EXPECT_EQ(large.gate(), Admission::Gate::kOpen);
    ConnectionSlot second = large.admit(kPeer, {2});
    EXPECT_EQ(large.gate(), Admission::Gate::kConnections);
    EXPECT_FALSE(large.admit(kPeer, {2}));  // counted by the whole
    second = {};
    EXPECT_EQ(of_large.told, 1);
    EXPECT_EQ(of_small.told, 0);
    EXPECT_EQ(small.gate(), Admission::Gate::kConnections);
    first = {};
    EXPECT_EQ(of_small.told, 1);
    EXPECT_EQ(of_large.told, 1);
    EXPECT_EQ(whole.connections(), 0u);
    small.remove(of_small);
    large.remove(of_large);
}

TEST(Admission, a_place_that_opens_part_and_whole_tells_each_once) {
    Admission whole({.connections_max = 1, .handshakes_max = 9}, 1);
    Admission part({.connections_max = 1, .handshakes_max = 9}, whole);
    Admission other({.connections_max = 9, .handshakes_max = 9}, whole);
    CountingWaiter of_whole, of_part, of_other;
    whole.add(of_whole);
    part.add(of_part);
    other.add(of_other);
    ConnectionSlot only = part.admit(kPeer, {9});
    only = {};
    EXPECT_EQ(of_whole.told, 1);
    EXPECT_EQ(of_part.told, 1);
    EXPECT_EQ(of_other.told, 1);
}

// The place that was free is taken by the first that hears of it.
TEST(Admission, who_comes_too_late_is_told_the_next_time) {
    class Taker final : public Admission::Waiter {
    public:
        explicit Taker(Admission& admission) : admission_(admission) {}
        void on_gate_open() override {
            ++told;
            slot = admission_.admit(kPeer, {9});
        }
        int told = 0;
        ConnectionSlot slot;

    private:
        Admission& admission_;
    };
    Admission admission({.connections_max = 1, .handshakes_max = 9}, 1);
    Taker first(admission);
    CountingWaiter second;
    admission.add(first);
    admission.add(second);
    ConnectionSlot held = admission.admit(kPeer, {9});
    held = {};
    EXPECT_EQ(first.told, 1);
    EXPECT_EQ(second.told, 0);
    admission.remove(first);
    first.slot = {};
    EXPECT_EQ(second.told, 1);
}

TEST(Admission, a_part_that_is_gone_is_not_told) {
    Admission whole({.connections_max = 1, .handshakes_max = 9}, 1);
    CountingWaiter waiter;
    {
        Admission part({.connections_max = 1, .handshakes_max = 9}, whole);
        part.add(waiter);
    }
    ConnectionSlot slot = whole.admit(kPeer, {9});
    slot = {};
    EXPECT_EQ(waiter.told, 0);
}

TEST(Admission, a_waiter_that_left_is_not_told) {
    Admission admission({.connections_max = 1, .handshakes_max = 1}, 1);
    CountingWaiter waiter;
    admission.add(waiter);
    ConnectionSlot connection = admission.admit(kPeer, {9});
    admission.remove(waiter);
    connection = {};
    EXPECT_EQ(waiter.told, 0);
}

}  // namespace
}  // namespace berth
