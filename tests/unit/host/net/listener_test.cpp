#include "net/listener.h"

#include "base/sys.h"
#include "support/loopback.h"
#include "support/test_loop.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <optional>
#include <vector>

namespace berth {
namespace {

using test::connect_to;
using test::is_closed;

// What accept4() answers instead of the kernel, as long as failures are left.
struct AcceptFault {
    int error = 0;
    int times = 0;
    int calls = 0;
};
AcceptFault* fault = nullptr;

int failing_accept(int fd, sockaddr* peer, socklen_t* size, int flags) {
    ++fault->calls;
    if (fault->times > 0) {
        --fault->times;
        errno = fault->error;
        return -1;
    }
    return real_sys().accept4(fd, peer, size, flags);
}

class ListenerTest : public testing::Test {
protected:
    struct Cells {
        uint64_t accepted = 0, denied = 0, per_address = 0, connections = 0, handshakes = 0,
                 descriptors = 0, errors = 0;
    };

    Listener& listen(Acl acl = {}, uint32_t batch_max = 64) {
        UniqueFd fd = test::listen_on_loopback();
        address_ = SocketAddress::local_of(fd.get());
        Listener::Options options;
        options.batch_max = batch_max;
        options.counters = {&cells_.accepted,
                            &cells_.denied,
                            &cells_.per_address,
                            &cells_.connections,
                            &cells_.handshakes,
                            &cells_.descriptors,
                            &cells_.errors};
        listener_.emplace(*loop_, admission_, std::move(fd), std::move(acl), options);
        EXPECT_TRUE(listener_
                        ->start([this](UniqueFd each, const SocketAddress&, ConnectionSlot slot) {
                            accepted_.push_back({std::move(each), std::move(slot)});
                        })
                        .ok());
        return *listener_;
    }
    std::vector<UniqueFd> clients(int count) {
        std::vector<UniqueFd> made;
        for (int i = 0; i < count; ++i) {
            made.push_back(connect_to(address_));
            EXPECT_TRUE(made.back());
        }
        return made;
    }
    bool accepts(size_t count) {
        return loop_.until([&] { return accepted_.size() >= count; });
    }

    struct Taken {
        UniqueFd fd;
        ConnectionSlot slot;
    };
    test::TestLoop loop_;
    Admission admission_{{.connections_max = 100, .handshakes_max = 2}, 1};
    Cells cells_;
    SocketAddress address_;
    std::vector<Taken> accepted_;
    std::optional<Listener> listener_;
};

using ListenerAccepts = ListenerTest;
using ListenerLimits = ListenerTest;
using ListenerFaults = ListenerTest;

TEST_F(ListenerAccepts, hands_over_connections_and_their_slots) {
    listen();
    const auto peers = clients(3);
    ASSERT_TRUE(accepts(3));
    EXPECT_EQ(cells_.accepted, 3U);
    EXPECT_EQ(admission_.connections(), 3U);
    accepted_.clear();
    EXPECT_EQ(admission_.connections(), 0U);
    EXPECT_TRUE(is_closed(peers[0]));
}

TEST_F(ListenerAccepts, connections_that_came_before_the_start_too) {
    UniqueFd fd = test::listen_on_loopback();
    const UniqueFd client = connect_to(fd);
    Listener listener(*loop_, admission_, std::move(fd), {}, {});
    size_t count = 0;
    ASSERT_TRUE(listener
                    .start([&](UniqueFd, const SocketAddress& peer, ConnectionSlot) {
                        EXPECT_TRUE(peer.is_loopback());
                        ++count;
                    })
                    .ok());
    EXPECT_TRUE(loop_.until([&] { return count == 1; }));
}

TEST_F(ListenerAccepts, goes_on_after_a_full_batch) {
    listen({}, 2);
    const auto peers = clients(7);
    loop_->turn(0);
    EXPECT_LE(accepted_.size(), 2U);
    EXPECT_TRUE(accepts(7));
}

TEST_F(ListenerAccepts, denied_peers_are_closed) {
    listen(Acl::parse({}, std::vector<std::string>{"127.0.0.0/8"}).value());
    const auto peers = clients(1);
    ASSERT_TRUE(loop_.until([&] { return cells_.denied == 1; }));
    EXPECT_TRUE(is_closed(peers[0]));
    EXPECT_TRUE(accepted_.empty());
    EXPECT_EQ(admission_.connections(), 0U);
}

TEST_F(ListenerAccepts, pauses_and_resumes) {
    Listener& listener = listen();
    listener.pause();
    EXPECT_FALSE(listener.is_accepting());
    const auto peers = clients(1);
    loop_.settle();
    EXPECT_TRUE(accepted_.empty());
    listener.resume();
    EXPECT_TRUE(accepts(1));
}

TEST_F(ListenerAccepts, a_closed_listener_refuses) {
    listen().close();
    EXPECT_FALSE(connect_to(address_));
    loop_.settle();
}

TEST_F(ListenerAccepts, may_be_closed_by_what_it_hands_over) {
    UniqueFd fd = test::listen_on_loopback();
    const UniqueFd first = connect_to(fd);
    const UniqueFd second = connect_to(fd);
    Listener listener(*loop_, admission_, std::move(fd), {}, {});
    size_t count = 0;
    ASSERT_TRUE(listener
                    .start([&](UniqueFd, const SocketAddress&, ConnectionSlot) {
                        ++count;
                        listener.close();
                    })
                    .ok());
    loop_.settle();
    EXPECT_EQ(count, 1U);
}

TEST_F(ListenerLimits, rests_at_the_connection_limit_and_goes_on) {
    Admission two({.connections_max = 2, .handshakes_max = 9}, 1);
    UniqueFd fd = test::listen_on_loopback();
    address_ = SocketAddress::local_of(fd.get());
    Listener::Options options;
    options.counters.connections_hits = &cells_.connections;
    Listener listener(*loop_, two, std::move(fd), {}, options);
    ASSERT_TRUE(listener
                    .start([this](UniqueFd each, const SocketAddress&, ConnectionSlot slot) {
                        accepted_.push_back({std::move(each), std::move(slot)});
                    })
                    .ok());
    const auto peers = clients(3);
    ASSERT_TRUE(loop_.until([&] { return cells_.connections == 1; }));
    EXPECT_EQ(accepted_.size(), 2U);
    EXPECT_FALSE(listener.is_accepting());
    EXPECT_FALSE(is_closed(peers[2]));  // it waits, nobody closed it
    accepted_.erase(accepted_.begin());
    EXPECT_TRUE(accepts(2));
    accepted_.clear();
}

TEST_F(ListenerLimits, rests_while_too_many_handshakes_run) {
    listen();
    std::vector<HandshakeSlot> running;
    running.push_back(admission_.begin_handshake());
    running.push_back(admission_.begin_handshake());
    const auto peers = clients(1);
    ASSERT_TRUE(loop_.until([&] { return cells_.handshakes == 1; }));
    EXPECT_TRUE(accepted_.empty());
    running.pop_back();
    EXPECT_TRUE(accepts(1));
}

TEST_F(ListenerLimits, a_pause_outlasts_a_limit) {
    Listener& listener = listen();
    std::vector<HandshakeSlot> running;
    running.push_back(admission_.begin_handshake());
    running.push_back(admission_.begin_handshake());
    const auto peers = clients(1);
    ASSERT_TRUE(loop_.until([&] { return cells_.handshakes == 1; }));
    listener.pause();
    running.clear();
    loop_.settle();
    EXPECT_TRUE(accepted_.empty());
    listener.resume();
    EXPECT_TRUE(accepts(1));
}

TEST_F(ListenerFaults, without_descriptors_one_client_is_shed_and_the_rest_wait) {
    AcceptFault out_of_descriptors{EMFILE, 1};
    fault = &out_of_descriptors;
    Sys table = real_sys();
    table.accept4 = failing_accept;
    const ScopedSys scoped(table);
    Listener& listener = listen();
    const auto peers = clients(2);
    ASSERT_TRUE(loop_.until([&] { return cells_.descriptors == 1; }));
    EXPECT_FALSE(listener.is_accepting());
    EXPECT_TRUE(is_closed(peers[0]));
    EXPECT_FALSE(is_closed(peers[1]));
    EXPECT_EQ(out_of_descriptors.calls, 2);  // it failed, then one to shed
    EXPECT_TRUE(accepts(1));                 // when the rest is over
}

TEST_F(ListenerFaults, never_spins_while_descriptors_are_out) {
    AcceptFault out_of_descriptors{ENFILE, 1'000'000};
    fault = &out_of_descriptors;
    Sys table = real_sys();
    table.accept4 = failing_accept;
    const ScopedSys scoped(table);
    listen();
    const auto peers = clients(1);
    ASSERT_TRUE(loop_.until([&] { return cells_.descriptors == 1; }));
    loop_.settle();
    EXPECT_EQ(out_of_descriptors.calls, 2);
}

TEST_F(ListenerFaults, aborted_and_interrupted_accepts_are_passed_over) {
    for (int error : {ECONNABORTED, EINTR, ENETDOWN, EPROTO}) {
        AcceptFault passing{error, 3};
        fault = &passing;
        Sys table = real_sys();
        table.accept4 = failing_accept;
        const ScopedSys scoped(table);
        accepted_.clear();
        listen();
        const auto peers = clients(1);
        EXPECT_TRUE(accepts(1)) << error;
        listener_.reset();
    }
    EXPECT_EQ(cells_.errors, 6U);  // the two of the network
}

TEST_F(ListenerFaults, a_shortage_of_memory_is_waited_out) {
    AcceptFault shortage{ENOMEM, 1};
    fault = &shortage;
    Sys table = real_sys();
    table.accept4 = failing_accept;
    const ScopedSys scoped(table);
    Listener& listener = listen();
    const auto peers = clients(1);
    ASSERT_TRUE(loop_.until([&] { return cells_.errors == 1; }));
    EXPECT_FALSE(listener.is_accepting());
    EXPECT_TRUE(accepts(1));
}

}  // namespace
}  // namespace berth
