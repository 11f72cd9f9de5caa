#include "http_ext.h"

#include "exchange.h"

#include "berth/cpp/guard.hpp"
#include "berth/cpp/text.hpp"

namespace berth::http {
namespace {

berth_status respond(berth_http_req* request,
                     const berth_http_resp* response,
                     const berth_seg* segments,
                     uint32_t n) {
    return Exchange::of(request).respond(*response, {segments, n});
}

berth_status start(berth_http_req* request, const berth_http_resp* response) {
    return Exchange::of(request).start(*response);
}

berth_status body(berth_http_req* request, const berth_seg* segments, uint32_t n) {
    return Exchange::of(request).body({segments, n});
}

berth_status end(berth_http_req* request, const berth_header* trailers, uint32_t n) {
    return Exchange::of(request).end({trailers, n});
}

berth_status informational(berth_http_req* request,
                           uint32_t status,
                           const berth_header* fields,
                           uint32_t n) {
    return Exchange::of(request).informational(status, {fields, n});
}

berth_status abort(berth_http_req* request, berth_status why) {
    return Exchange::of(request).give_up(why);
}

void body_pause(berth_http_req* request, int32_t on) {
    Exchange::of(request).pause_body(on != 0);
}

berth_ticket ticket(berth_http_req* request) {
    return Exchange::of(request).make_ticket();
}

berth_status filter_resume(berth_http_req* request, berth_status verdict) {
    return Exchange::of(request).filter_resume(verdict);
}

berth_status set_header(berth_http_req* request, berth_sv name, berth_sv value) {
    return Exchange::of(request).set_header(sdk::view(name), sdk::view(value));
}

const berth_conn_info* conn(berth_http_req* request) {
    return &Exchange::of(request).connection();
}

berth_status segs_reserve(berth_http_req* request, berth_segs* segments, uint32_t n) {
    return Exchange::of(request).reserve(*segments, n);
}

berth_status error(berth_http_req* request, uint32_t status) {
    return Exchange::of(request).error(status);
}

berth_sv client(berth_http_req* request) {
    return sdk::sv(Exchange::of(request).client());
}

berth_status reroute(berth_http_req* request, berth_sv path, berth_sv query) {
    return Exchange::of(request).reroute(sdk::view(path), sdk::view(query));
}

berth_status set_login(berth_http_req* request, berth_sv login) {
    return Exchange::of(request).set_login(sdk::view(login));
}

berth_status upgrade(berth_http_req* request,
                     berth_sv protocol,
                     const berth_http_resp* response,
                     berth_stream** out) {
    const Upgraded upgraded = Exchange::of(request).upgrade(sdk::view(protocol), *response);
    *out = upgraded.stream;
    return upgraded.status;
}

berth_status error_with(berth_http_req* request,
                        uint32_t status,
                        const berth_header* fields,
                        uint32_t n) {
    return Exchange::of(request).error(status, {fields, n});
}

}  // namespace

const berth_http_ext kHttpExtension = {
    BERTH_HDR(berth_http_ext),
    sdk::kGuarded<respond>,
    sdk::kGuarded<start>,
    sdk::kGuarded<body>,
    sdk::kGuarded<end>,
    sdk::kGuarded<informational>,
    sdk::kGuarded<abort>,
    sdk::kGuarded<body_pause>,
    sdk::kGuarded<ticket>,
    sdk::kGuarded<filter_resume>,
    sdk::kGuarded<set_header>,
    conn,
    sdk::kGuarded<segs_reserve>,
    sdk::kGuarded<error>,
    client,  // not guarded: no address means a Unix socket, whom filters may trust
    sdk::kGuarded<reroute>,
    sdk::kGuarded<set_login>,
    sdk::kGuarded<upgrade>,
    sdk::kGuarded<error_with>,
};

}  // namespace berth::http
