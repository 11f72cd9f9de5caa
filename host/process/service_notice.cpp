#include "process/service_notice.h"

#include "base/sys.h"
#include "process/monotonic_clock.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

namespace berth {

void ServiceNotice::reloading() const {
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_ms() * 1000));
}

void ServiceNotice::send(const std::string& state) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path) {
        return;
    }
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (socket_[0] == '@') {
        address.sun_path[0] = '\0';  // abstract
    }
    UniqueFd fd(sys().socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    if (!fd || sys().connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) {
        return;
    }
    sys().send(fd.get(), state.data(), state.size(), MSG_NOSIGNAL);
}

}  // namespace berth
