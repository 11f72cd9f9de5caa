// A handler of the http plugin whose answers a test scripts, and what the test reads of them.
#pragma once

#include "berth/http.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::testing {

// What a handler was asked to do, and what the test wants it to do. `events` is the story of all
// its calls.
class ScriptedHandler {
public:
    explicit ScriptedHandler(const char* name, bool takes_bodies = true) {
        factory_.h = BERTH_HDR(berth_factory);
        factory_.kind = BERTH_HTTP_HANDLER_KIND;
        factory_.name = name;
        factory_.ops = takes_bodies ? &kOps : &kOpsWithoutBodies;
    }

    const berth_factory& factory() const { return factory_; }

    std::function<berth_status(berth_http_req*)> on_request;
    std::function<berth_status(berth_http_req*, berth_rbuf*, bool last)> on_body;
    std::function<void(berth_http_req*)> on_writable, on_abort;
    std::vector<std::string> events;
    std::string body;
    uint32_t requests = 0, aborts = 0, destroys = 0;
    berth_http_req* last_request = nullptr;

private:
    static ScriptedHandler& of(void* inst) { return *static_cast<ScriptedHandler*>(inst); }
    static berth_status request(void* inst, berth_http_req* request);
    static berth_status take_body(void* inst, berth_http_req*, berth_rbuf*, uint32_t, int32_t last);
    static void writable(void* inst, berth_http_req* request);
    static void abort(void* inst, berth_http_req* request, berth_status why);
    static void destroy(void* inst, berth_http_req* request);
    static const berth_http_handler_ops kOps, kOpsWithoutBodies;

    berth_factory factory_{};
};

// The status line's number, 0 when answer has none.
int status_of_answer(std::string_view answer);
// The answer without the lines that every answer has: Server and Date.
std::string without_date(std::string answer);
// The part behind the first empty line.
std::string_view body_of(std::string_view answer);

}  // namespace berth::testing
