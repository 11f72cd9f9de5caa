#pragma once

#include "base/unique_fd.h"
#include "net/admission.h"
#include "net/socket_address.h"
#include "plugin/connection_filters.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace berth {

class EventLoop;

// The accepted sockets of a listener whose filters have not decided yet: shows first bytes to the
// filter that asked for them, and hands over what passes them all.
class FilteredSockets {
public:
    // peer: as the filters say.
    using OnPass = std::function<void(UniqueFd, const SocketAddress& peer, ConnectionSlot)>;
    struct Counters {
        uint64_t* timeouts = nullptr;  // closed because first bytes did not come in time
    };

    FilteredSockets(EventLoop& loop,
                    ConnectionFilters filters,
                    const Counters& counters,
                    OnPass on_pass);
    ~FilteredSockets();
    FilteredSockets(const FilteredSockets&) = delete;
    FilteredSockets& operator=(const FilteredSockets&) = delete;

    const ConnectionFilters& filters() const { return filters_; }
    // A new connection: passes, ends, or stays until first bytes came.
    void add(UniqueFd fd, const SocketAddress& peer, uint32_t listener, ConnectionSlot slot);
    size_t waiting() const { return waiting_.size(); }

private:
    class Socket;

    std::unique_ptr<Socket> take(Socket& socket);

    EventLoop& loop_;
    const ConnectionFilters filters_;
    const Counters counters_;
    const OnPass on_pass_;
    std::vector<std::unique_ptr<Socket>> waiting_;
};

}  // namespace berth
