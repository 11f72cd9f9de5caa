// What RFC 9113 and RFC 7541 demand of a server, frame by frame: one table for the plugin in a fake
// host and for the program over sockets. It covers what the groups generic, http2 and hpack of
// h2spec ask, in strict mode, too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace berth::testing {

enum class Http2Outcome {
    kAlive,       // PING is answered
    kAnswered,    // the request on stream 1, too: 200 and "hello"
    kStream,      // stream 1 is reset, or the connection ended; with one of the errors
    kConnection,  // the connection ends, with GOAWAY and one of the errors
};

struct Http2Case {
    std::string what;
    std::string bytes;  // behind the preface
    Http2Outcome outcome = Http2Outcome::kAlive;
    std::vector<uint32_t> errors;
};

struct Http2Group {
    std::string name;  // of a test
    std::vector<Http2Case> cases;
};

// "/hold" is answered by nobody, everything else with "hello".
std::vector<Http2Group> http2_groups();

}  // namespace berth::testing
