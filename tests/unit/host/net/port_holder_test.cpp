#include "net/port_holder.h"

#include "net/bind_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace berth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kTable =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n"
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 "
    "4711 1 0\n"
    "   1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 "
    "4712 1 0\n"
    "   2: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A "
    "00000000:00000000 00:00000000 00000000     0        0 4713 1 0\n"
    "   3: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 "
    "4714 1 0\n";

TEST(PortHolder, finds_listeners_in_the_table) {
    EXPECT_THAT(port_inodes(kTable, 8080, true), ElementsAre(4711, 4713));
    EXPECT_THAT(port_inodes(kTable, 80, true), ElementsAre(4714));
    EXPECT_THAT(port_inodes(kTable, 81, true), IsEmpty());
}

TEST(PortHolder, datagram_sockets_count_in_every_state) {
    EXPECT_THAT(port_inodes(kTable, 8080, false), ElementsAre(4711, 4712, 4713));
}

TEST(PortHolder, damaged_tables_give_nothing) {
    for (const char* table : {"",
                              "\n\n",
                              "0: 0100007F:1F90",
                              "a b c 0A e f g h i j",
                              "0: 1F90 x 0A a b c d e 4711",
                              "0: x:1F90 x 0A a b c d e 0",
                              "0: x:1F90 x 0A a b c d e 99999999999999999999999"}) {
        EXPECT_THAT(port_inodes(table, 8080, true), IsEmpty()) << table;
    }
}

TEST(PortHolder, reads_the_unit_of_a_process) {
    EXPECT_EQ(unit_of("0::/system.slice/nginx.service\n"), "nginx.service");
    EXPECT_EQ(unit_of("1:name=systemd:/system.slice/a.service/sub\n0::/\n"), "a.service");
    EXPECT_EQ(unit_of("0::/user.slice/session-1.scope\n"), "");
    EXPECT_EQ(unit_of(""), "");
}

TEST(PortHolder, says_who) {
    EXPECT_EQ((PortHolder{812, "nginx", "nginx.service"}.text()), "nginx (pid 812, nginx.service)");
    EXPECT_EQ((PortHolder{813, "python3", ""}.text()), "python3 (pid 813)");
}

TEST(PortHolder, finds_this_process) {
    const auto address = SocketAddress::ip("127.0.0.1", 0).value();
    const UniqueFd fd = bind_socket(address, {}).value();
    const auto holder = find_port_holder(SocketAddress::local_of(fd.get()).port(), true);
    ASSERT_TRUE(holder.has_value());
    EXPECT_EQ(holder->pid, getpid());
    EXPECT_FALSE(holder->name.empty());
}

}  // namespace
}  // namespace berth
