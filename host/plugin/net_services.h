#pragma once

#include "net/connector.h"
#include "net/resolver.h"

#include "berth/net.h"

#include <memory>
#include <span>

namespace berth {

class EventLoop;
class StreamContext;

// What berth.net/1 does in one worker: outgoing connections as streams, and names. The resolver is
// made when it is first needed; most sites never ask.
class NetServices {
public:
    using ConnectDone = void (*)(void* user, berth_status, berth_stream*);
    using ResolveDone = void (*)(void* user, berth_status, const berth_sv*, uint32_t n);

    NetServices(EventLoop& loop, StreamContext& streams, Resolver::Options options = {});
    ~NetServices();
    NetServices(const NetServices&) = delete;
    NetServices& operator=(const NetServices&) = delete;

    // See berth/net.h. An error means that done will not come.
    berth_status connect(const berth_connect_opts& opts, ConnectDone done, void* user);
    berth_status resolve(berth_sv name, uint16_t type, ResolveDone done, void* user);

private:
    bool prepare();

    EventLoop& loop_;
    StreamContext& streams_;
    const Resolver::Options options_;
    const ConnectionLimits limits_;
    std::unique_ptr<Resolver> resolver_;
    std::unique_ptr<Connector> connector_;
};

// The table of berth.net/1; its functions use the services of this process.
const berth_net_ext& net_table();

}  // namespace berth
