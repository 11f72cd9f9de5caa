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
    EXPECT_GE(of_large.told, 1);
    const int told_before = of_small.told;
    EXPECT_EQ(small.gate(), Admission::Gate::kConnections);
    first = {};
    EXPECT_GT(of_small.told, told_before);
    EXPECT_EQ(whole.connections(), 0u);
    small.remove(of_small);
    large.remove(of_large);
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
