#pragma once

#include "berth/http.h"

#include <cstdint>
#include <set>

namespace berth::testing {

// What a handler may do with a request.
enum class Act {
    kRespond,          // at once
    kRespondAtEnd,     // when it has the body
    kRespondLater,     // from the top of the loop
    kInform,           // 103 before the answer
    kStream,           // head, parts and end in one call
    kStreamSlowly,     // the parts as the reader takes them
    kStreamLength,     // the same, with a length
    kStreamTooLittle,  // ends before the length that it has announced
    kPause,            // takes the body later
    kLeaveHalf,        // of each piece of the body
    kAbort,
    kAbortLater,
    kAbortStream,
    kFail,
    kFailAtEnd,
    kAnswerTwice,
    kNeverAnswer,
    kLast,
};

// A handler that does that to every request. Its output is shared memory, so that a reference that
// is lost or given back twice is seen.
class ActingHandler {
public:
    ActingHandler();
    ActingHandler(const ActingHandler&) = delete;
    ActingHandler& operator=(const ActingHandler&) = delete;

    const berth_factory& factory() const { return factory_; }

    // What it does from the top of the loop.
    void go_on();

    Act act = Act::kRespond;
    const berth_http_ext* http = nullptr;
    int64_t references = 0;  // to its output

private:
    static constexpr uint64_t kParts = 5;
    struct Output : berth_owner {
        ActingHandler* handler;
    };

    static ActingHandler& of(void* inst) { return *static_cast<ActingHandler*>(inst); }
    static berth_status on_request(void* inst, berth_http_req* req);
    static berth_status on_body(void* inst, berth_http_req*, berth_rbuf*, uint32_t n, int32_t last);
    static void on_writable(void* inst, berth_http_req* req);
    static void on_destroy(void* inst, berth_http_req* req);
    static const berth_http_handler_ops kOps;

    berth_seg part();
    berth_status respond(berth_http_req* req);
    berth_status begin_stream(berth_http_req* req, uint64_t length);
    void pump(berth_http_req* req);

    berth_factory factory_{};
    Output output_{};
    std::set<berth_http_req*> live_;
};

}  // namespace berth::testing
