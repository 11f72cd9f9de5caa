#pragma once

#include "base/live.h"
#include "base/result.h"
#include "net/dns_answer.h"
#include "net/timer_queue.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace berth {

class AresChannel;
class EventLoop;

// Asks the DNS, and /etc/hosts for addresses, without blocking the loop. At most so many lookups at
// once; each asks every server up to three times.
class Resolver {
public:
    // Names a lookup under way; 0 is none. Never used twice, so a handle of one that has ended is
    // harmless.
    using Handle = uint64_t;
    // Comes from the top of the loop, never from inside resolve(). Beside the statuses of
    // dns_status(): BERTH_E_INVAL (no name), BERTH_E_UNSUPPORTED (type), BERTH_E_LIMIT (too many
    // lookups).
    using Done = std::function<void(const DnsAnswer&)>;

    struct Options {
        std::string servers;  // "127.0.0.1:5353,..."; empty: those of the system
        int timeout_ms = 2'000;
        int tries = 3;
        uint32_t in_flight_max = 1'024;
    };

    static Result<std::unique_ptr<Resolver>> make(EventLoop& loop, const Options& options);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    // type: BERTH_RR_*. done is called once, unless cancelled.
    Handle resolve(std::string_view name, uint16_t type, Done done);
    // done will not be called; harmless for handles that have ended.
    void cancel(Handle handle);
    // Lookups whose done is still to come.
    size_t pending() const { return lookups_.size(); }

private:
    struct Lookup {
        Done done;
        DnsAnswer answer;
        [[no_unique_address]] Live<LiveKind::kLookup> live;
    };

    Resolver(EventLoop& loop, uint32_t in_flight_max);
    void finish(Handle handle, DnsAnswer answer);
    void deliver();

    EventLoop& loop_;
    const uint32_t in_flight_max_;
    Handle last_handle_ = 0;
    std::unordered_map<Handle, Lookup> lookups_;
    std::vector<Handle> finished_;
    Timer delivery_;
    std::unique_ptr<AresChannel> channel_;  // last: its end cancels what is still under way
};

}  // namespace berth
