#include "net/bind_socket.h"

#include "base/live.h"
#include "base/sys.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace berth {
namespace {

using testing::HasSubstr;

const SocketAddress kLoopback = SocketAddress::ip("127.0.0.1", 0).value();

int option(int fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof(value);
    sys().getsockopt(fd, level, name, &value, &size);
    return value;
}

SocketAddress address_of(const UniqueFd& fd) {
    return SocketAddress::local_of(fd.get());
}

class UnixFolder {
public:
    UnixFolder() {
        char name[] = "/tmp/berth-bind-XXXXXX";
        path_ = mkdtemp(name);
    }
    ~UnixFolder() { std::filesystem::remove_all(path_); }
    std::string file(const char* name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

TEST(BindSocket, listens_without_blocking_and_closes_on_exec) {
    const UniqueFd fd = bind_socket(kLoopback, {}).value();
    EXPECT_EQ(option(fd.get(), SOL_SOCKET, SO_ACCEPTCONN), 1);
    EXPECT_TRUE(fcntl(fd.get(), F_GETFL) & O_NONBLOCK);
    EXPECT_TRUE(fcntl(fd.get(), F_GETFD) & FD_CLOEXEC);
    EXPECT_NE(address_of(fd).port(), 0);
}

TEST(BindSocket, sets_what_accepted_sockets_inherit) {
    const UniqueFd fd = bind_socket(kLoopback, {}).value();
    EXPECT_EQ(option(fd.get(), IPPROTO_TCP, TCP_NODELAY), 1);
    EXPECT_EQ(option(fd.get(), SOL_SOCKET, SO_KEEPALIVE), 1);
}

TEST(BindSocket, all_slots_share_the_port_that_the_first_picked) {
    const auto sockets = bind_slots(kLoopback, {}, 3).value();
    ASSERT_EQ(sockets.size(), 3U);
    EXPECT_EQ(address_of(sockets[0]), address_of(sockets[1]));
    EXPECT_EQ(address_of(sockets[0]), address_of(sockets[2]));
}

TEST(BindSocket, a_port_in_use_names_its_holder) {
    const auto first = bind_slots(kLoopback, {}, 2).value();
    const SocketAddress taken = address_of(first[0]);
    const auto second = bind_slots(taken, {}, 2);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, EADDRINUSE);
    EXPECT_THAT(second.error().message, HasSubstr("cannot listen on " + taken.text() + ": "));
    EXPECT_THAT(second.error().message, HasSubstr("(pid " + std::to_string(getpid())));
}

TEST(BindSocket, a_port_is_free_again_when_its_holder_has_gone) {
    auto first = bind_slots(kLoopback, {}, 2).value();
    const SocketAddress address = address_of(first[0]);
    first.clear();
    EXPECT_TRUE(bind_slots(address, {}, 2).ok());
}

TEST(BindSocket, an_address_of_another_machine_is_refused) {
    const auto socket = bind_socket(SocketAddress::ip("192.0.2.1", 0).value(), {});
    ASSERT_FALSE(socket.ok());
    EXPECT_EQ(socket.error().message,
              "cannot listen on 192.0.2.1:0: this machine has no such address");
}

TEST(BindSocket, dual_stack_takes_both_families) {
    const auto addresses = listen_addresses("", 0).value();
    ASSERT_EQ(addresses.size(), 1U);
    if (addresses[0].family() != AF_INET6) {
        GTEST_SKIP() << "no IPv6 here";
    }
    const UniqueFd both = bind_socket(addresses[0], {.dual_stack = true}).value();
    EXPECT_EQ(option(both.get(), IPPROTO_IPV6, IPV6_V6ONLY), 0);
    const UniqueFd client(sys().socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto ipv4 = SocketAddress::ip("127.0.0.1", address_of(both).port()).value();
    EXPECT_EQ(sys().connect(client.get(), ipv4.data(), ipv4.size()), 0);

    const UniqueFd ipv6_only = bind_socket(addresses[0], {}).value();
    EXPECT_EQ(option(ipv6_only.get(), IPPROTO_IPV6, IPV6_V6ONLY), 1);
}

TEST(BindSocket, names_are_looked_up) {
    const auto numeric = listen_addresses("127.0.0.1", 80).value();
    ASSERT_EQ(numeric.size(), 1U);
    EXPECT_EQ(numeric[0].text(), "127.0.0.1:80");
    const auto named = listen_addresses("localhost", 80).value();
    ASSERT_FALSE(named.empty());
    EXPECT_TRUE(named[0].is_loopback());
    EXPECT_EQ(named[0].port(), 80);
    const auto unknown = listen_addresses("no such name", 80);
    ASSERT_FALSE(unknown.ok());
    EXPECT_THAT(unknown.error().message, HasSubstr("cannot listen on no such name: no address"));
}

TEST(BindSocket, datagram_sockets_share_a_port_among_slots_only) {
    const BindOptions udp{.kind = SocketKind::kDatagram};
    const auto sockets = bind_slots(kLoopback, udp, 2).value();
    EXPECT_EQ(address_of(sockets[0]), address_of(sockets[1]));
    EXPECT_EQ(option(sockets[0].get(), IPPROTO_IP, IP_PKTINFO), 1);
    const auto second = bind_slots(address_of(sockets[0]), udp, 1);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, EADDRINUSE);
}

TEST(BindSocket, a_failed_call_leaves_no_descriptor) {
    Sys table = real_sys();
    table.listen = [](int, int) {
        errno = EOPNOTSUPP;
        return -1;
    };
    const ScopedSys scoped(table);
    const auto before = live_count(LiveKind::kFd).objects;
    const auto sockets = bind_slots(kLoopback, {}, 2);
    ASSERT_FALSE(sockets.ok());
    EXPECT_EQ(sockets.error().code, EOPNOTSUPP);
    EXPECT_EQ(live_count(LiveKind::kFd).objects, before);
}

TEST(BindSocket, unix_slots_are_one_socket) {
    const UnixFolder folder;
    const auto address = SocketAddress::unix_path(folder.file("s")).value();
    const auto sockets = bind_slots(address, {.unix_mode = 0600}, 2).value();
    ASSERT_EQ(sockets.size(), 2U);
    EXPECT_EQ(address_of(sockets[1]).path(), folder.file("s"));
    EXPECT_TRUE(fcntl(sockets[1].get(), F_GETFD) & FD_CLOEXEC);
    struct stat info {};
    ASSERT_EQ(stat(folder.file("s").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST(BindSocket, a_stale_unix_socket_is_replaced) {
    const UnixFolder folder;
    const auto address = SocketAddress::unix_path(folder.file("s")).value();
    bind_socket(address, {}).value().reset();
    ASSERT_TRUE(std::filesystem::exists(folder.file("s")));
    EXPECT_TRUE(bind_socket(address, {}).ok());
}

TEST(BindSocket, a_unix_socket_in_use_is_kept) {
    const UnixFolder folder;
    const auto address = SocketAddress::unix_path(folder.file("s")).value();
    const UniqueFd first = bind_socket(address, {}).value();
    const auto second = bind_socket(address, {});
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().message,
              "cannot listen on unix:" + folder.file("s") + ": another process listens there");
    const UniqueFd client(sys().socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(sys().connect(client.get(), address.data(), address.size()), 0);
}

TEST(BindSocket, a_file_that_is_no_socket_is_kept) {
    const UnixFolder folder;
    std::ofstream(folder.file("s")) << "precious";
    const auto socket = bind_socket(SocketAddress::unix_path(folder.file("s")).value(), {});
    ASSERT_FALSE(socket.ok());
    EXPECT_THAT(socket.error().message, HasSubstr("not a socket"));
    EXPECT_TRUE(std::filesystem::is_regular_file(folder.file("s")));
}

TEST(BindSocket, a_missing_folder_is_an_error) {
    const auto address = SocketAddress::unix_path("/nonexistent/berth/s").value();
    const auto socket = bind_socket(address, {});
    ASSERT_FALSE(socket.ok());
    EXPECT_EQ(socket.error().code, ENOENT);
}

}  // namespace
}  // namespace berth
