#include "call_record.h"

#include <gtest/gtest.h>

namespace berth::testing {

CallRecord::Call::Call(CallRecord& record, const char* name) : record_(record) {
    EXPECT_EQ(record_.depth_, 0) << name << " inside another call";
    ++record_.depth_;
}

void CallRecord::begin(const berth_http_req* request) {
    ++begun_;
    EXPECT_TRUE(live_.emplace(request, RequestRecord()).second) << "on_request twice";
}

RequestRecord& CallRecord::of(const berth_http_req* request, const char* call) {
    EXPECT_EQ(live_.count(request), 1u) << call << " for a request that is not there";
    return live_[request];
}

void CallRecord::end(const berth_http_req* request) {
    EXPECT_EQ(live_.erase(request), 1u) << "on_destroy for a request that is not there";
}

RecordedHandler::RecordedHandler(const berth_factory& factory,
                                 void* inst,
                                 const berth_http_ext& http)
    : factory_(factory),
      given_(*static_cast<const berth_http_handler_ops*>(factory.ops)),
      ops_{BERTH_HDR(berth_http_handler_ops),
           on_request,
           nullptr,
           on_writable,
           on_abort,
           on_destroy,
           nullptr},
      inst_(inst),
      http_(http) {
    // Whether it takes bodies changes what http does, so this one stays as it is.
    ops_.on_body = given_.on_body != nullptr ? on_body : nullptr;
    factory_.ops = &ops_;
}

berth_status RecordedHandler::on_request(void* inst, berth_http_req* req) {
    RecordedHandler& self = of(inst);
    const CallRecord::Call call(self.calls_, "on_request");
    EXPECT_EQ(req->user, nullptr);
    self.calls_.begin(req);
    return self.given_.on_request(self.inst_, req);
}

berth_status RecordedHandler::on_body(
    void* inst, berth_http_req* req, berth_rbuf* bufs, uint32_t n, int32_t last) {
    RecordedHandler& self = of(inst);
    const CallRecord::Call call(self.calls_, "on_body");
    RequestRecord& record = self.calls_.of(req, "on_body");
    EXPECT_FALSE(record.aborted) << "on_body after on_abort";
    EXPECT_FALSE(record.body_complete) << "on_body after the last one";
    const berth_status status = self.given_.on_body(self.inst_, req, bufs, n, last);
    bool all_taken = true;
    for (uint32_t i = 0; i < n; ++i) {
        all_taken &= bufs[i].n == 0;
    }
    record.body_complete = last != 0 && all_taken;
    return status;
}

void RecordedHandler::on_writable(void* inst, berth_http_req* req) {
    RecordedHandler& self = of(inst);
    const CallRecord::Call call(self.calls_, "on_writable");
    EXPECT_FALSE(self.calls_.of(req, "on_writable").aborted) << "on_writable after on_abort";
    if (self.given_.on_writable != nullptr) {
        self.given_.on_writable(self.inst_, req);
    }
}

void RecordedHandler::on_abort(void* inst, berth_http_req* req, berth_status why) {
    RecordedHandler& self = of(inst);
    const CallRecord::Call call(self.calls_, "on_abort");
    RequestRecord& record = self.calls_.of(req, "on_abort");
    EXPECT_FALSE(record.aborted) << "on_abort twice";
    EXPECT_LT(why, 0);
    record.aborted = true;
    if (self.given_.on_abort != nullptr) {
        self.given_.on_abort(self.inst_, req, why);
    }
    const berth_http_resp late{BERTH_HDR(berth_http_resp), 200, 0, nullptr, 0, 0, 0};
    EXPECT_EQ(self.http_.respond(req, &late, nullptr, 0), BERTH_E_GONE);
    EXPECT_EQ(self.http_.start(req, &late), BERTH_E_GONE);
    EXPECT_EQ(self.http_.body(req, nullptr, 0), BERTH_E_GONE);
    EXPECT_EQ(self.http_.end(req, nullptr, 0), BERTH_E_GONE);
    EXPECT_EQ(self.http_.error(req, 500), BERTH_E_GONE);
    EXPECT_EQ(self.http_.informational(req, 103, nullptr, 0), BERTH_E_GONE);
    EXPECT_EQ(self.http_.abort(req, BERTH_E_FAIL), BERTH_E_GONE);
}

void RecordedHandler::on_destroy(void* inst, berth_http_req* req) {
    RecordedHandler& self = of(inst);
    const CallRecord::Call call(self.calls_, "on_destroy");
    self.calls_.of(req, "on_destroy");
    if (self.given_.on_destroy != nullptr) {
        self.given_.on_destroy(self.inst_, req);
    }
    self.calls_.end(req);
}

RecordedFilter::RecordedFilter(const berth_factory& factory, void* inst)
    : factory_(factory),
      given_(*static_cast<const berth_http_filter_ops*>(factory.ops)),
      ops_{BERTH_HDR(berth_http_filter_ops),
           given_.phase,
           0,
           on_request,
           on_response,
           nullptr,
           on_log,
           on_destroy},
      inst_(inst) {
    // Its presence makes the length of answers unknown, so this one stays as it is.
    ops_.on_resp_body = given_.on_resp_body != nullptr ? on_resp_body : nullptr;
    factory_.ops = &ops_;
}

berth_status RecordedFilter::on_request(void* inst, berth_http_req* req) {
    RecordedFilter& self = of(inst);
    const CallRecord::Call call(self.calls_, "on_request");
    EXPECT_EQ(req->user, nullptr);
    self.calls_.begin(req);
    return self.given_.on_request != nullptr ? self.given_.on_request(self.inst_, req) : BERTH_OK;
}

berth_status RecordedFilter::on_response(void* inst, berth_http_req* req, berth_http_resp* resp) {
    RecordedFilter& self = of(inst);
    RequestRecord& record = self.calls_.of(req, "on_response");
    EXPECT_FALSE(record.answered) << "on_response twice";
    record.answered = true;
    return self.given_.on_response != nullptr ? self.given_.on_response(self.inst_, req, resp)
                                              : BERTH_OK;
}

berth_status RecordedFilter::on_resp_body(
    void* inst, berth_http_req* req, berth_segs* in, berth_segs* out, int32_t last) {
    RecordedFilter& self = of(inst);
    RequestRecord& record = self.calls_.of(req, "on_resp_body");
    EXPECT_TRUE(record.answered) << "on_resp_body before on_response";
    EXPECT_FALSE(record.answer_complete) << "on_resp_body after the last one";
    const berth_status status = self.given_.on_resp_body(self.inst_, req, in, out, last);
    record.answer_complete = last != 0 && status == BERTH_OK;
    return status;
}

void RecordedFilter::on_log(
    void* inst, berth_http_req* req, const berth_http_resp* resp, uint64_t body, uint64_t usec) {
    RecordedFilter& self = of(inst);
    const CallRecord::Call call(self.calls_, "on_log");
    RequestRecord& record = self.calls_.of(req, "on_log");
    EXPECT_FALSE(record.logged) << "on_log twice";
    record.logged = true;
    if (self.given_.on_log != nullptr) {
        self.given_.on_log(self.inst_, req, resp, body, usec);
    }
}

void RecordedFilter::on_destroy(void* inst, berth_http_req* req) {
    RecordedFilter& self = of(inst);
    const CallRecord::Call call(self.calls_, "on_destroy");
    EXPECT_TRUE(self.calls_.of(req, "on_destroy").logged) << "on_destroy without on_log";
    if (self.given_.on_destroy != nullptr) {
        self.given_.on_destroy(self.inst_, req);
    }
    self.calls_.end(req);
}

}  // namespace berth::testing
