// Stand between http and a handler or filter, hand every call on, and hold the calls to what http.h
// promises: none nested in another, none for a request that is over, exactly one on_destroy.
#pragma once

#include "berth/http.h"

#include <cstdint>
#include <map>
#include <string>

namespace berth::testing {

// What has been called for one request.
struct RequestRecord {
    bool body_complete = false, aborted = false, answered = false, answer_complete = false,
         logged = false;
};

// The requests that a handler or filter knows, and whether it is being called right now.
class CallRecord {
public:
    // One call of the one who is recorded; a nested one is a failure.
    class Call {
    public:
        Call(CallRecord& record, const char* name);
        ~Call() { --record_.depth_; }
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;

    private:
        CallRecord& record_;
    };

    void begin(const berth_http_req* request);
    // The record of a request that has begun; fails the test for another.
    RequestRecord& of(const berth_http_req* request, const char* call);
    void end(const berth_http_req* request);

    size_t live() const { return live_.size(); }
    uint32_t begun() const { return begun_; }

private:
    std::map<const berth_http_req*, RequestRecord> live_;
    uint32_t begun_ = 0;
    int depth_ = 0;
};

class RecordedHandler {
public:
    RecordedHandler(const berth_factory& factory, void* inst, const berth_http_ext& http);
    RecordedHandler(const RecordedHandler&) = delete;
    RecordedHandler& operator=(const RecordedHandler&) = delete;

    // Of the same name; its instance is this object.
    const berth_factory& factory() const { return factory_; }
    const CallRecord& calls() const { return calls_; }

private:
    static RecordedHandler& of(void* inst) { return *static_cast<RecordedHandler*>(inst); }
    static berth_status on_request(void* inst, berth_http_req* req);
    static berth_status on_body(void* inst, berth_http_req*, berth_rbuf*, uint32_t n, int32_t last);
    static void on_writable(void* inst, berth_http_req* req);
    static void on_abort(void* inst, berth_http_req* req, berth_status why);
    static void on_destroy(void* inst, berth_http_req* req);

    berth_factory factory_;
    const berth_http_handler_ops& given_;
    berth_http_handler_ops ops_;
    void* inst_;
    const berth_http_ext& http_;
    CallRecord calls_;
};

class RecordedFilter {
public:
    RecordedFilter(const berth_factory& factory, void* inst);
    RecordedFilter(const RecordedFilter&) = delete;
    RecordedFilter& operator=(const RecordedFilter&) = delete;

    const berth_factory& factory() const { return factory_; }
    const CallRecord& calls() const { return calls_; }

private:
    static RecordedFilter& of(void* inst) { return *static_cast<RecordedFilter*>(inst); }
    static berth_status on_request(void* inst, berth_http_req* req);
    static berth_status on_response(void* inst, berth_http_req* req, berth_http_resp* resp);
    static berth_status on_resp_body(
        void* inst, berth_http_req* req, berth_segs* in, berth_segs* out, int32_t last);
    static void on_log(
        void*, berth_http_req*, const berth_http_resp*, uint64_t body, uint64_t usec);
    static void on_destroy(void* inst, berth_http_req* req);

    berth_factory factory_;
    const berth_http_filter_ops& given_;
    berth_http_filter_ops ops_;
    void* inst_;
    CallRecord calls_;
};

}  // namespace berth::testing
