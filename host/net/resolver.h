#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "berth/net.h"

namespace berth {

class EventLoop;

// Asks the DNS, and /etc/hosts for addresses, without blocking the loop.
class Resolver {
public:
    // Names a lookup under way; 0: none. A handle of one that ended is harmless.
    using Handle = uint64_t;
    // BERTH_OK with at least one answer; BERTH_E_DNS; BERTH_E_TIMEOUT; BERTH_E_LIMIT. Comes from the top of the
    // loop, never from inside resolve(). Answers are as berth/net.h describes and live during the call.
    using Done = std::function<void(berth_status, std::span<const std::string> answers)>;

    struct Options {
        std::string servers;  // "127.0.0.1:5353,..."; empty: those of the system
        int timeout_ms = 2000;
        int tries = 3;
        uint32_t in_flight_max = 1024;
    };

    static Result<std::unique_ptr<Resolver>> make(EventLoop& loop, const Options& options);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    // type: BERTH_RR_*. done is called once, unless cancelled.
    Handle resolve(std::string_view name, uint16_t type, Done done);
    // done will not be called. Also for handles that have ended.
    void cancel(Handle handle);
    size_t in_flight() const;

private:
    class Channel;  // keeps c-ares out of this header
    explicit Resolver(std::unique_ptr<Channel> channel);

    std::unique_ptr<Channel> channel_;
};

}  // namespace berth
