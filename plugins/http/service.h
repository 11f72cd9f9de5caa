#pragma once

#include "date_cache.h"
#include "exchange.h"
#include "h1/h1_parser.h"
#include "h2/h2_output.h"
#include "h2/h2_stream_pool.h"
#include "host_api.h"
#include "http_config.h"
#include "router.h"
#include "wakeups.h"

#include "berth/cpp/config.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace berth::http {

// Memory that a session needs during one call only, shared by all of a worker.
struct Scratch {
    Head head;
    std::array<char, 4096> answer_head;
    std::vector<uint8_t> input;  // input that came in several pieces
    H2OutputRoom h2_output;
    std::vector<char> h2_block;
};

// One instance of the protocol in one worker: its sites, and what all its connections share.
class Service {
public:
    explicit Service(const HostApi& api);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    berth_status configure(const sdk::Config& sites);

    const HostApi& api() const { return api_; }
    // The sites of a listener, NULL when it is not ours.
    const HostTable* sites_of(uint32_t listener) const;
    // The same for clients that begin without TLS on a TLS listener.
    const HostTable* cleartext_sites_of(uint32_t listener) const;
    const Site* site_named(std::string_view name) const;
    const DateCache& date() const { return date_; }
    Wakeups& wakeups() { return wakeups_; }
    Scratch& scratch() { return scratch_; }
    H2StreamPool& h2_streams() { return h2_streams_; }

    // An exchange with an empty arena, NULL when memory is exhausted.
    std::unique_ptr<Exchange> take_exchange();
    void give_back(std::unique_ptr<Exchange> exchange);
    // One more exchange stays until its answer is sent. False: there are too many.
    bool begin_sending();
    void end_sending() { --sending_; }

    // The date is kept while connections are open.
    void connection_opened();
    void connection_closed();

    // Runs call() with the instance's number in the stamp.
    template <class Call>
    auto stamped(uint32_t number, Call call) {
        const uint32_t before = *stamp_;
        *stamp_ = number;
        const auto result = call();
        *stamp_ = before;
        return result;
    }

    // Counts a refusal of a request in berth_http_refused_total.
    void count_refusal(uint32_t status);
    // Counts a connection that a limit has ended in berth_limit_hits_total.
    void count_limit(const char* limit);

private:
    struct Listener {
        HostTable sites;
        HostTable cleartext;  // the same sites, for those who speak without TLS
    };

    static void on_second(void* self);
    void keep_date();

    const HostApi& api_;
    HttpConfig config_;
    std::vector<Listener> listeners_;  // by the host's number
    DateCache date_;
    Wakeups wakeups_;
    Scratch scratch_;
    H2StreamPool h2_streams_;
    std::vector<std::unique_ptr<Exchange>> spare_exchanges_;
    berth_timer* second_ = nullptr;
    volatile uint32_t* stamp_ = nullptr;
    uint32_t connections_ = 0;
    uint32_t sending_ = 0;  // exchanges
};

}  // namespace berth::http
