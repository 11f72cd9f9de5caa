#pragma once

#include "base/result.h"
#include "net/dns_answer.h"
#include "net/timer_queue.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

struct ares_addrinfo;
struct ares_channeldata;

namespace berth {

class EventLoop;

// One c-ares channel on our poller and timers, its system calls through our table. c-ares cannot
// cancel one query, so whoever asks must be ready to ignore an answer.
class AresChannel {
public:
    using Done = std::function<void(DnsAnswer)>;
    struct Settings {
        std::string servers;  // empty: those of the system
        int timeout_ms = 2'000;
        int tries = 3;
    };

    static Result<std::unique_ptr<AresChannel>> make(EventLoop& loop, const Settings& settings);
    // Queries still under way end without a call of done.
    ~AresChannel();
    AresChannel(const AresChannel&) = delete;
    AresChannel& operator=(const AresChannel&) = delete;

    // done may come at once, from inside ask().
    void ask(const std::string& name, uint16_t type, Done done);
    uint32_t in_flight() const { return in_flight_; }

private:
    struct Query;
    class Socket;

    explicit AresChannel(EventLoop& loop);
    Status open(const Settings& settings);
    static void on_socket(void* self, int fd, int readable, int writable);
    static void on_addresses(void* query, int status, int timeouts, ares_addrinfo* found);
    static void on_message(void* query, int status, int timeouts, unsigned char* bytes, int size);
    static void complete(std::unique_ptr<Query> query, int status, DnsAnswer answer);
    void process(int readable_fd, int writable_fd);
    void set_timer();

    EventLoop& loop_;
    Timer timer_;
    uint32_t in_flight_ = 0;
    std::unordered_map<int, std::unique_ptr<Socket>> sockets_;
    ares_channeldata* channel_ = nullptr;
};

}  // namespace berth
