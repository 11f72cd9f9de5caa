#include "process/service_notice.h"

#include "base/faulty_sys.h"
#include "net/socket_address.h"
#include "support/temporary_directory.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

namespace berth {
namespace {

// systemd's end.
class NoticeReader {
public:
    NoticeReader() : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        const auto address = SocketAddress::unix_path(path()).value();
        EXPECT_EQ(bind(fd_.get(), address.data(), address.size()), 0);
    }
    std::string path() const { return folder_.path("notify"); }
    std::string next() const {
        char bytes[256];
        const ssize_t count = recv(fd_.get(), bytes, sizeof bytes, 0);
        return count < 0 ? "" : std::string(bytes, static_cast<size_t>(count));
    }

private:
    testing::TemporaryDirectory folder_;
    UniqueFd fd_;
};

TEST(ServiceNotice, says_what_sd_notify_says) {
    const NoticeReader reader;
    const ServiceNotice notice(reader.path());
    notice.ready();
    EXPECT_EQ(reader.next(), "READY=1");
    notice.stopping();
    EXPECT_EQ(reader.next(), "STOPPING=1");
    notice.alive();
    EXPECT_EQ(reader.next(), "WATCHDOG=1");
    EXPECT_TRUE(notice.is_service());
}

TEST(ServiceNotice, a_reload_carries_its_time) {
    FaultySys table({});
    table.set_clock_us(5'000'000);
    const ScopedSys scope(table);
    const NoticeReader reader;
    ServiceNotice(reader.path()).reloading();
    EXPECT_EQ(reader.next(), "RELOADING=1\nMONOTONIC_USEC=5000000");
}

TEST(ServiceNotice, an_at_sign_means_an_abstract_socket) {
    const UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const std::string name = "@berth-test-" + std::to_string(getpid());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    ASSERT_EQ(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
    ServiceNotice(name).ready();
    char bytes[16];
    EXPECT_EQ(recv(fd.get(), bytes, sizeof bytes, 0), 7);
}

TEST(ServiceNotice, nobody_listening_is_no_trouble) {
    ServiceNotice("").ready();
    ServiceNotice("/nowhere/notify").ready();
    ServiceNotice(std::string(4'000, 'x')).ready();
    EXPECT_FALSE(ServiceNotice("").is_service());
}

}  // namespace
}  // namespace berth
