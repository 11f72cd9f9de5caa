#include "acting_handler.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace berth::testing {
namespace {

constexpr std::string_view kPart = "part ";

berth_http_resp head_with(uint64_t length) {
    return {BERTH_HDR(berth_http_resp), 200, 0, nullptr, 0, 0, length};
}

// Which part comes next is kept in the request's own slot.
uintptr_t parts_sent(const berth_http_req* req) {
    return reinterpret_cast<uintptr_t>(req->user);
}

}  // namespace

const berth_http_handler_ops ActingHandler::kOps = {BERTH_HDR(berth_http_handler_ops),
                                                    on_request,
                                                    on_body,
                                                    on_writable,
                                                    nullptr,
                                                    on_destroy,
                                                    nullptr};

ActingHandler::ActingHandler() {
    factory_.h = BERTH_HDR(berth_factory);
    factory_.kind = BERTH_HTTP_HANDLER_KIND;
    factory_.name = "acting";
    factory_.ops = &kOps;
    output_.retain = [](berth_owner* owner) { ++static_cast<Output*>(owner)->handler->references; };
    output_.release = [](berth_owner* owner) {
        --static_cast<Output*>(owner)->handler->references;
    };
    output_.handler = this;
}

berth_seg ActingHandler::part() {
    ++references;
    berth_seg segment{};
    segment.kind = BERTH_SEG_OWNED;
    segment.u.mem = kPart.data();
    segment.len = kPart.size();
    segment.v.owner = &output_;
    return segment;
}

berth_status ActingHandler::respond(berth_http_req* req) {
    const berth_http_resp head = head_with(BERTH_LENGTH_UNKNOWN);
    const berth_seg segments[] = {part(), part()};
    const berth_status status = http->respond(req, &head, segments, 2);
    return status < 0 ? status : BERTH_OK;
}

berth_status ActingHandler::begin_stream(berth_http_req* req, uint64_t length) {
    const berth_http_resp head = head_with(length);
    const berth_status status = http->start(req, &head);
    if (status >= 0) {
        pump(req);
    }
    return status < 0 ? status : BERTH_OK;
}

// Parts until the reader has enough for now.
void ActingHandler::pump(berth_http_req* req) {
    const uint64_t parts = act == Act::kStreamTooLittle ? kParts - 1 : kParts;
    while (parts_sent(req) < parts) {
        const berth_seg segment = part();
        const berth_status status = http->body(req, &segment, 1);
        req->user = reinterpret_cast<void*>(parts_sent(req) + 1);
        if (status < 0 || (status == BERTH_AGAIN && act != Act::kStream)) {
            return;
        }
    }
    if (act == Act::kAbortStream) {
        http->abort(req, BERTH_E_FAIL);
    } else {
        http->end(req, nullptr, 0);
    }
}

berth_status ActingHandler::on_request(void* inst, berth_http_req* req) {
    ActingHandler& self = of(inst);
    self.live_.insert(req);
    static constexpr berth_header kLink = {{"link", 4}, {"</a>", 4}};
    switch (self.act) {
        case Act::kInform:
            self.http->informational(req, 103, &kLink, 1);
            return self.respond(req);
        case Act::kAnswerTwice:
            self.respond(req);
            return self.respond(req) == BERTH_E_STATE ? BERTH_OK : BERTH_E_FAIL;
        case Act::kRespond:
            return self.respond(req);
        case Act::kStream:
        case Act::kStreamSlowly:
        case Act::kAbortStream:
            return self.begin_stream(req, BERTH_LENGTH_UNKNOWN);
        case Act::kStreamLength:
        case Act::kStreamTooLittle:
            return self.begin_stream(req, kParts * kPart.size());
        case Act::kPause:
            self.http->body_pause(req, 1);
            return req->has_body != 0 ? BERTH_OK : self.respond(req);
        case Act::kAbort:
            return self.http->abort(req, BERTH_E_FAIL);
        case Act::kFail:
            return BERTH_E_FAIL;
        case Act::kRespondAtEnd:
        case Act::kLeaveHalf:
        case Act::kFailAtEnd:
            return req->has_body != 0 ? BERTH_OK : self.respond(req);
        default:
            return BERTH_OK;
    }
}

berth_status ActingHandler::on_body(
    void* inst, berth_http_req* req, berth_rbuf* bufs, uint32_t n, int32_t last) {
    ActingHandler& self = of(inst);
    size_t left = 0;
    for (berth_rbuf* buffer = bufs; buffer != bufs + n; ++buffer) {
        const size_t taken = self.act == Act::kLeaveHalf ? (buffer->n + 1) / 2 : buffer->n;
        buffer->p += taken;
        buffer->n -= taken;
        left += buffer->n;
    }
    if (last == 0 || left != 0) {
        return BERTH_OK;
    }
    switch (self.act) {
        case Act::kRespondAtEnd:
        case Act::kLeaveHalf:
        case Act::kPause:
            return self.respond(req);
        case Act::kFailAtEnd:
            return BERTH_E_FAIL;
        default:
            return BERTH_OK;
    }
}

void ActingHandler::on_writable(void* inst, berth_http_req* req) {
    of(inst).pump(req);
}

void ActingHandler::on_destroy(void* inst, berth_http_req* req) {
    of(inst).live_.erase(req);
}

void ActingHandler::go_on() {
    const std::vector<berth_http_req*> waiting(live_.begin(), live_.end());
    for (berth_http_req* req : waiting) {
        if (act == Act::kRespondLater) {
            respond(req);
        } else if (act == Act::kAbortLater) {
            http->abort(req, BERTH_E_FAIL);
        } else if (act == Act::kPause) {
            http->body_pause(req, 0);
        }
    }
}

}  // namespace berth::testing
