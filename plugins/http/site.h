#pragma once

#include "client_identity.h"
#include "filter_chain.h"
#include "h1/h1_parser.h"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace berth::http {

class AccessLog;

// `/a` that path, `/a/*` what is below, `*.txt` what ends so, `/*` everything.
struct PathPattern {
    enum class Kind : uint8_t { kAll, kExact, kPrefix, kSuffix };
    Kind kind = Kind::kAll;
    std::string text;

    static PathPattern parse(std::string_view pattern);
    bool matches(std::string_view path) const;
    // Bytes of a matching path before the slash of "/*"; 0 where there is none.
    uint32_t prefix() const;
};

struct Route {
    PathPattern path;
    uint16_t methods = 0;                    // bits 1 << BERTH_M_*; 0 with no other_methods: all
    std::vector<std::string> other_methods;  // those without an id
    std::vector<std::pair<std::string, std::string>> headers;  // name in lower-case; value or "*"
    HandlerUse handler;                                        // ops NULL: quarantined
    FilterChain filters;
    bool unavailable = false;  // answers 503: a filter that must not be skipped is quarantined

    bool serves_method(uint8_t id, std::string_view name) const;
};

struct SiteLimits {
    HeadLimits head;
    uint64_t body_bytes = 0;
    uint64_t body_rate = 0;                            // bytes per second, 0: no minimum
    static constexpr uint64_t kBodyWindowMs = 10'000;  // over which it is averaged
    uint64_t body_bytes_in_window() const { return body_rate * kBodyWindowMs / 1000; }
    uint64_t head_ms = 0, body_ms = 0, idle_ms = 0;
    uint64_t send_ms = 0;  // without progress, of one answer of HTTP/2
};

// What a site file says about one site, as far as it is HTTP's.
struct Site {
    std::string name;
    std::vector<std::string> hosts;
    std::vector<Route> routes;
    FilterChain filters;  // the site's own, for answers that no route gives
    SiteLimits limits;
    Trust trust;
    AccessLog* log = nullptr;  // of the service; NULL: off
    uint16_t https_port = 0;   // plain listeners redirect there; 0: they do not
    bool h2c = false;          // plain listeners speak HTTP/2 to those who begin with it
    bool traces = false;       // requests get a traceparent of ours
    bool timed = false;        // somebody logs how long an exchange took
    bool strict_tls = false;   // its TLS settings decide who gets in, so they must have been used
    std::array<uint64_t*, 6> answers{};  // counters by class of status
};

struct ListenAddress {
    uint32_t id = 0;
    bool tls = false;
    Site* site = nullptr;
};

}  // namespace berth::http
