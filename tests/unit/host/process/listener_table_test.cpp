#include "process/listener_table.h"

#include "base/live.h"
#include "net/socket_address.h"
#include "support/loopback.h"
#include "support/temporary_directory.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <set>

namespace berth {
namespace {

ListenAddress address_of(const std::string& host, uint16_t port) {
    ListenAddress address;
    address.protocol = "http";
    address.host = host;
    address.port = port;
    return address;
}

Config listening_on(const std::vector<ListenAddress>& addresses) {
    Config config;
    for (const ListenAddress& address : addresses) {
        config.listeners.push_back({address, {0}});
    }
    return config;
}

std::vector<int> fds_of(const ListenerTable::Slots& slots) {
    std::vector<int> fds;
    for (const auto& slot : slots) {
        for (const auto& socket : slot) {
            fds.push_back(socket.fd);
        }
    }
    return fds;
}

bool listens(int fd) {
    int on = 0;
    socklen_t size = sizeof on;
    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &size);
    return on != 0;
}

uint16_t port_of(int fd) {
    return SocketAddress::local_of(fd).port();
}

class ListenerTableTest : public ::testing::Test {
protected:
    void listen(const Config& config) {
        const Status listening = table_.listen(config);
        ASSERT_TRUE(listening.ok()) << listening.error().message;
    }
    void bind(const Config& config, unsigned slots) {
        const Status bound = table_.bind(config, slots);
        ASSERT_TRUE(bound.ok()) << bound.error().message;
    }

    ListenerTable table_;
    const Config config_ = listening_on({address_of("127.0.0.1", 0)});
    const testing::TemporaryDirectory folder_;
};

TEST_F(ListenerTableTest, each_slot_has_a_socket_of_its_own_on_the_port_that_was_free) {
    bind(config_, 3);
    const auto slots = table_.slots(config_, 3);
    ASSERT_EQ(slots.size(), 3u);
    std::set<int> distinct;
    for (const auto& slot : slots) {
        ASSERT_EQ(slot.size(), 1u);
        EXPECT_EQ(slot[0].listener, 0u);
        EXPECT_EQ(port_of(slot[0].fd), port_of(slots[0][0].fd));
        distinct.insert(slot[0].fd);
    }
    EXPECT_EQ(distinct.size(), 3u);
    EXPECT_NE(port_of(slots[0][0].fd), 0);
}

TEST_F(ListenerTableTest, a_reload_finds_the_same_sockets) {
    bind(config_, 2);
    const auto before = fds_of(table_.slots(config_, 2));
    bind(config_, 2);
    table_.keep_only({{&config_, 2u}});
    EXPECT_EQ(fds_of(table_.slots(config_, 2)), before);
}

TEST_F(ListenerTableTest, fewer_workers_share_out_all_sockets) {
    bind(config_, 4);
    listen(config_);
    const auto before = fds_of(table_.slots(config_, 4));
    bind(config_, 3);
    table_.keep_only({{&config_, 3u}});
    const auto slots = table_.slots(config_, 3);
    EXPECT_EQ(slots[0].size(), 2u);
    EXPECT_EQ(slots[1].size(), 1u);
    EXPECT_EQ(slots[2].size(), 1u);
    const auto after = fds_of(slots);
    EXPECT_EQ(std::set<int>(after.begin(), after.end()),
              std::set<int>(before.begin(), before.end()));
}

// Of a configuration that may still be rejected: a connection to such a socket would never be
// accepted.
TEST_F(ListenerTableTest, new_sockets_take_nothing_before_they_are_told_to) {
    bind(config_, 2);
    const auto fds = fds_of(table_.slots(config_, 2));
    EXPECT_FALSE(test::connect_to(SocketAddress::local_of(fds[0])).valid());
    listen(config_);
    EXPECT_TRUE(listens(fds[0]));
    EXPECT_TRUE(listens(fds[1]));
    EXPECT_TRUE(test::connect_to(SocketAddress::local_of(fds[0])).valid());
}

TEST_F(ListenerTableTest, sockets_for_more_workers_take_nothing_before_they_are_told_to) {
    bind(config_, 1);
    listen(config_);
    const int first = fds_of(table_.slots(config_, 1)).front();
    bind(config_, 3);
    const auto fds = fds_of(table_.slots(config_, 3));
    ASSERT_EQ(fds.size(), 3u);
    EXPECT_EQ(fds.front(), first);
    EXPECT_FALSE(listens(fds[1]));
    EXPECT_FALSE(listens(fds[2]));
    for (int i = 0; i < 20; ++i) {
        const UniqueFd client = test::connect_to(SocketAddress::local_of(first));
        ASSERT_TRUE(client.valid());
        pollfd waiting{first, POLLIN, 0};
        ASSERT_EQ(poll(&waiting, 1, 1'000), 1);
        UniqueFd(accept4(first, nullptr, nullptr, SOCK_CLOEXEC));
    }
    listen(config_);
    EXPECT_TRUE(listens(fds[1]));
    EXPECT_TRUE(listens(fds[2]));
}

TEST_F(ListenerTableTest, a_rejected_configuration_leaves_no_socket) {
    bind(config_, 1);
    const auto before = live_count(LiveKind::kFd).objects;
    const Config wider = listening_on({address_of("127.0.0.1", 0), address_of("127.0.0.2", 0)});
    bind(wider, 3);
    EXPECT_EQ(live_count(LiveKind::kFd).objects, before + 5);
    table_.keep_only({{&config_, 1u}});
    EXPECT_EQ(live_count(LiveKind::kFd).objects, before);
}

TEST_F(ListenerTableTest, what_nobody_names_is_closed) {
    const Config two = listening_on({address_of("127.0.0.1", 0), address_of("127.0.0.2", 0)});
    bind(two, 1);
    listen(two);
    const SocketAddress gone = SocketAddress::local_of(table_.slots(two, 1)[0][1].fd);
    table_.keep_only({{&config_, 1u}});
    EXPECT_FALSE(test::connect_to(gone).valid());
    EXPECT_EQ(table_.slots(two, 1)[0].size(), 1u);
}

TEST_F(ListenerTableTest, an_address_in_use_changes_nothing_and_names_the_holder) {
    const UniqueFd holder = test::listen_on_loopback();
    bind(config_, 1);
    const auto before = live_count(LiveKind::kFd).objects;
    const Config taken = listening_on({address_of("127.0.0.1", 0),
                                       address_of("127.0.0.2", 0),
                                       address_of("127.0.0.1", port_of(holder.get()))});
    const Status bound = table_.bind(taken, 2);
    ASSERT_FALSE(bound.ok());
    EXPECT_NE(bound.error().message.find(std::to_string(getpid())), std::string::npos)
        << bound.error().message;
    table_.keep_only({{&config_, 1u}});
    EXPECT_EQ(live_count(LiveKind::kFd).objects, before);
}

TEST_F(ListenerTableTest, unix_sockets_are_one_and_their_path_goes_with_them) {
    ListenAddress address;
    address.protocol = "http";
    address.unix_path = folder_.path("site.sock");
    const Config config = listening_on({address});
    bind(config, 2);
    EXPECT_FALSE(listens(fds_of(table_.slots(config, 2)).front()));
    listen(config);
    bind(config, 4);
    const auto slots = table_.slots(config, 4);
    for (const auto& slot : slots) {
        ASSERT_EQ(slot.size(), 1u);
        EXPECT_TRUE(listens(slot[0].fd));
    }
    for (const auto& slot : table_.slots(config, 1)) {
        EXPECT_EQ(slot.size(), 1u);
    }
    table_.keep_only({});
    struct stat info {};
    EXPECT_NE(stat(address.unix_path.c_str(), &info), 0);
}

// The kernel lets both bind as long as neither listens.
TEST_F(ListenerTableTest, of_two_servers_that_start_together_one_listens) {
    bind(config_, 1);
    const Config same =
        listening_on({address_of("127.0.0.1", port_of(fds_of(table_.slots(config_, 1)).front()))});
    ListenerTable other;
    ASSERT_TRUE(other.bind(same, 2).ok());
    listen(config_);
    const Status late = other.listen(same);
    ASSERT_FALSE(late.ok());
    EXPECT_NE(late.error().message.find(std::to_string(getpid())), std::string::npos)
        << late.error().message;
}

TEST_F(ListenerTableTest, a_unix_path_that_another_has_taken_is_left_to_it) {
    ListenAddress address;
    address.protocol = "http";
    address.unix_path = folder_.path("site.sock");
    const Config config = listening_on({address});
    bind(config, 1);
    ListenerTable other;
    ASSERT_TRUE(other.bind(config, 1).ok());  // nobody listens there, so it looks left behind
    ASSERT_TRUE(other.listen(config).ok());
    EXPECT_FALSE(table_.listen(config).ok());
    table_.close_all();
    EXPECT_TRUE(test::connect_to(SocketAddress::unix_path(address.unix_path).value()).valid());
}

TEST_F(ListenerTableTest, close_all_ends_them_for_other_holders_too) {
    bind(config_, 1);
    listen(config_);
    const int fd = fds_of(table_.slots(config_, 1)).front();
    const UniqueFd worker(dup(fd));
    const SocketAddress address = SocketAddress::local_of(fd);
    table_.close_all();
    EXPECT_FALSE(test::connect_to(address).valid());
}

TEST_F(ListenerTableTest, urls_show_the_real_port_and_an_address_that_can_be_opened) {
    bind(config_, 1);
    const std::string port = std::to_string(port_of(fds_of(table_.slots(config_, 1)).front()));
    EXPECT_EQ(table_.url(address_of("127.0.0.1", 0)), "http://127.0.0.1:" + port + "/");
    EXPECT_EQ(table_.url(address_of("", 8080)), "http://127.0.0.1:8080/");
    EXPECT_EQ(table_.url(address_of("0.0.0.0", 8080)), "http://127.0.0.1:8080/");
}

TEST_F(ListenerTableTest, localhost_is_one_socket_of_ipv4) {
    const Config config = listening_on({address_of("localhost", 0)});
    bind(config, 1);
    const auto fds = fds_of(table_.slots(config, 1));
    ASSERT_EQ(fds.size(), 1u);
    EXPECT_EQ(SocketAddress::local_of(fds[0]).family(), AF_INET);
}

}  // namespace
}  // namespace berth
