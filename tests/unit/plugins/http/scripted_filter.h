// A filter that a test scripts.
#pragma once

#include "berth/cpp/text.hpp"
#include "berth/http.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace berth::http {

// A filter that does what the test says; all filters of a test write one story.
class ScriptedFilter {
public:
    ScriptedFilter(const char* name,
                   uint32_t phase,
                   std::vector<std::string>& story,
                   uint32_t flags = 0)
        : name_(name), story_(story) {
        ops_.h = BERTH_HDR(berth_http_filter_ops);
        ops_.phase = phase;
        ops_.on_request = request;
        ops_.on_response = response;
        ops_.on_log = log;
        ops_.on_destroy = destroy;
        factory_.h = BERTH_HDR(berth_factory);
        factory_.kind = BERTH_HTTP_FILTER_KIND;
        factory_.name = name;
        factory_.ops = &ops_;
        factory_.flags = flags;
    }

    const berth_factory& factory() const { return factory_; }
    void edit_bodies() { ops_.on_resp_body = body; }

    std::function<berth_status(berth_http_req*)> on_request;
    std::function<berth_status(berth_http_req*, berth_http_resp*)> on_response;
    std::function<berth_status(berth_http_req*, berth_segs& in, berth_segs& out, bool last)>
        on_body;
    uint64_t logged_bytes = 0;
    std::string logged_head;

private:
    static ScriptedFilter& of(void* inst) { return *static_cast<ScriptedFilter*>(inst); }
    void tell(const char* what) { story_.push_back(name_ + what); }

    static berth_status request(void* inst, berth_http_req* request) {
        of(inst).tell(request->user == nullptr ? " request" : " request again");
        request->user = inst;
        return of(inst).on_request ? of(inst).on_request(request) : BERTH_OK;
    }
    static berth_status response(void* inst, berth_http_req* request, berth_http_resp* response) {
        of(inst).tell(" response");
        EXPECT_EQ(request->user, inst);
        return of(inst).on_response ? of(inst).on_response(request, response) : BERTH_OK;
    }
    static berth_status body(
        void* inst, berth_http_req* request, berth_segs* in, berth_segs* out, int32_t last) {
        of(inst).tell(last != 0 ? " last body" : " body");
        EXPECT_EQ(request->user, inst);
        return of(inst).on_body(request, *in, *out, last != 0);
    }
    static void log(
        void* inst, berth_http_req*, const berth_http_resp* head, uint64_t n, uint64_t) {
        of(inst).tell(" log");
        of(inst).logged_bytes = n;
        of(inst).logged_head = std::to_string(head->status);
        for (uint32_t i = 0; i < head->n_headers; ++i) {
            of(inst).logged_head += " " + std::string(sdk::view(head->headers[i].name));
        }
    }
    static void destroy(void* inst, berth_http_req* request) {
        EXPECT_EQ(request->user, inst);
        of(inst).tell(" destroy");
    }

    std::string name_;
    std::vector<std::string>& story_;
    berth_http_filter_ops ops_{};
    berth_factory factory_{};
};

}  // namespace berth::http
