#include "net/poller.h"

#include "base/sys.h"
#include "net/epoll_poller.h"
#include "net/poll_poller.h"

#include <cerrno>
#include <cstring>
#include <string>

namespace berth {

Result<std::unique_ptr<Poller>> make_poller(PollerKind kind) {
    if (kind == PollerKind::kPoll) {
        return std::unique_ptr<Poller>(std::make_unique<PollPoller>());
    }
    UniqueFd epoll(sys().epoll_create1(EPOLL_CLOEXEC));
    if (!epoll) {
        return Error{std::string("cannot make an epoll descriptor: ") + std::strerror(errno),
                     errno};
    }
    return std::unique_ptr<Poller>(std::make_unique<EpollPoller>(std::move(epoll)));
}

}  // namespace berth
