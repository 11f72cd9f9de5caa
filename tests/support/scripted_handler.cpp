#include "support/scripted_handler.h"

#include "berth/cpp/text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace berth::testing {

const berth_http_handler_ops ScriptedHandler::kOps = {
    BERTH_HDR(berth_http_handler_ops), request, take_body, writable, abort, destroy, nullptr};
const berth_http_handler_ops ScriptedHandler::kOpsWithoutBodies = {
    BERTH_HDR(berth_http_handler_ops), request, nullptr, writable, abort, destroy, nullptr};

berth_status ScriptedHandler::request(void* inst, berth_http_req* request) {
    ScriptedHandler& self = of(inst);
    ++self.requests;
    self.last_request = request;
    self.events.push_back("request " + std::string(sdk::view(request->path)));
    return self.on_request ? self.on_request(request) : BERTH_OK;
}

berth_status ScriptedHandler::take_body(
    void* inst, berth_http_req* request, berth_rbuf* buffers, uint32_t n, int32_t last) {
    ScriptedHandler& self = of(inst);
    EXPECT_EQ(n, 1u);
    if (self.on_body) {
        return self.on_body(request, buffers, last != 0);
    }
    self.body.append(reinterpret_cast<const char*>(buffers->p), buffers->n);
    buffers->p += buffers->n;
    buffers->n = 0;
    if (last != 0) {
        self.events.push_back("body " + self.body);
    }
    return BERTH_OK;
}

void ScriptedHandler::writable(void* inst, berth_http_req* request) {
    of(inst).events.emplace_back("writable");
    if (of(inst).on_writable) {
        of(inst).on_writable(request);
    }
}

void ScriptedHandler::abort(void* inst, berth_http_req* request, berth_status) {
    ++of(inst).aborts;
    of(inst).events.emplace_back("abort");
    if (of(inst).on_abort) {
        of(inst).on_abort(request);
    }
}

void ScriptedHandler::destroy(void* inst, berth_http_req*) {
    ++of(inst).destroys;
    of(inst).last_request = nullptr;
    of(inst).events.emplace_back("destroy");
}

int status_of_answer(std::string_view answer) {
    const bool complete = answer.size() > 12 && answer.substr(0, 9) == "HTTP/1.1 ";
    const auto status = complete ? sdk::parse_decimal(answer.substr(9, 3)) : std::nullopt;
    return status ? static_cast<int>(*status) : 0;
}

std::string without_date(std::string answer) {
    for (size_t at = answer.find("Server: "); at != std::string::npos;
         at = answer.find("Server: ")) {
        const size_t end = answer.find("\r\n", answer.find("Date: ", at));
        answer.erase(at, end + 2 - at);
    }
    return answer;
}

std::string_view body_of(std::string_view answer) {
    const size_t end = answer.find("\r\n\r\n");
    return end == std::string_view::npos ? std::string_view() : answer.substr(end + 4);
}

}  // namespace berth::testing
