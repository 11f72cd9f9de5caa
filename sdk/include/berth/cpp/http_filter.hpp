// Filters of berth.http/1 as classes.
//
//     class Hsts {
//     public:
//         static constexpr uint32_t kPhase = BERTH_PHASE_TRANSFORM;
//         explicit Hsts(Module &module);
//         berth_status configure(const berth::sdk::Config &config);
//         berth_status on_response(berth_http_req *req, berth_http_resp *resp);
//     };
//     constexpr berth_factory kHsts = berth::sdk::http_filter<Hsts, Module>({"hsts", schema,
//     "..."});
//
// All on_* members are optional: on_request(req), on_response(req, resp), on_resp_body(req, in,
// out, last), on_log(req, resp, body_bytes, microseconds), on_destroy(req).
#ifndef BERTH_CPP_HTTP_FILTER_HPP
#define BERTH_CPP_HTTP_FILTER_HPP

#include "berth/cpp/http_handler.hpp"

namespace berth::sdk {

namespace detail {

BERTH_DETECT(on_request, std::declval<berth_http_req*>());
BERTH_DETECT(on_response, std::declval<berth_http_req*>(), std::declval<berth_http_resp*>());
BERTH_DETECT(on_resp_body,
             std::declval<berth_http_req*>(),
             std::declval<berth_segs*>(),
             std::declval<berth_segs*>(),
             false);
BERTH_DETECT(on_log,
             std::declval<berth_http_req*>(),
             std::declval<const berth_http_resp*>(),
             std::uint64_t(),
             std::uint64_t());

// The C functions of T's table.
template <class T>
struct FilterThunks {
    static berth_status on_request(void* inst, berth_http_req* req) noexcept {
        return guarded([&] { return static_cast<T*>(inst)->on_request(req); });
    }
    static berth_status on_response(void* inst,
                                    berth_http_req* req,
                                    berth_http_resp* resp) noexcept {
        return guarded([&] { return static_cast<T*>(inst)->on_response(req, resp); });
    }
    static berth_status on_resp_body(void* inst,
                                     berth_http_req* req,
                                     berth_segs* in,
                                     berth_segs* out,
                                     std::int32_t last) noexcept {
        return guarded(
            [&] { return static_cast<T*>(inst)->on_resp_body(req, in, out, last != 0); });
    }
    static void on_log(void* inst,
                       berth_http_req* req,
                       const berth_http_resp* resp,
                       std::uint64_t body,
                       std::uint64_t usec) noexcept {
        guarded([&] { static_cast<T*>(inst)->on_log(req, resp, body, usec); });
    }
    static void on_destroy(void* inst, berth_http_req* req) noexcept {
        guarded([&] { static_cast<T*>(inst)->on_destroy(req); });
    }

    static constexpr berth_http_filter_ops table() {
        berth_http_filter_ops ops{};
        ops.h = BERTH_HDR(berth_http_filter_ops);
        ops.phase = T::kPhase;
        if constexpr (Has_on_request<T>::value) {
            ops.on_request = &on_request;
        }
        if constexpr (Has_on_response<T>::value) {
            ops.on_response = &on_response;
        }
        if constexpr (Has_on_resp_body<T>::value) {
            ops.on_resp_body = &on_resp_body;
        }
        if constexpr (Has_on_log<T>::value) {
            ops.on_log = &on_log;
        }
        if constexpr (Has_on_destroy<T>::value) {
            ops.on_destroy = &on_destroy;
        }
        return ops;
    }
};

template <class T>
inline constexpr berth_http_filter_ops kFilterOps = FilterThunks<T>::table();

}  // namespace detail

template <class T, class Module>
constexpr berth_factory http_filter(const Named& named) {
    return make_factory<T, Module>(BERTH_HTTP_FILTER_KIND, named, &detail::kFilterOps<T>);
}

}  // namespace berth::sdk

#endif
